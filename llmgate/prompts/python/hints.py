"""The text of a Python file → whether it can hold prompts at all, without parsing it."""

from __future__ import annotations

import re

# What each pattern begins with: looked for first, as that takes a tenth of a pattern's time.
_NAMES = ("rompt", "ROMPT", "nstruction", "NSTRUCTION", "emplate", "EMPLATE", "ersona", "ERSONA", "reamble", "ystem_",
          "YSTEM_")  # fmt: skip
_CALLS = ("get_prompt(", "load_prompt(", "pull_prompt(", "hub.pull(", "prompts:/", "pmpt_")

_LIBRARIES_WORDS = """
    openai anthropic litellm dspy langchain langchain_core langchain_community langchain_openai langchain_anthropic
    langchain_google_genai langchain_mistralai langchain_groq langchain_ollama langchain_aws langchain_experimental
    langgraph langsmith langfuse llama_index llama_cpp pydantic_ai agents crewai autogen autogen_agentchat
    autogen_core autogen_ext semantic_kernel haystack haystack_integrations guidance outlines instructor mistralai
    cohere groq together ollama vertexai smolagents agno phi mirascope marvin ell replicate fireworks vllm xai_sdk
    claude_agent_sdk strands swarm letta camel aisuite portkey_ai controlflow google.genai google.generativeai
    google.adk azure.ai huggingface_hub mcp fastmcp promptflow agent_framework zhipuai dashscope magentic chatlas
"""
LIBRARIES = frozenset(_LIBRARIES_WORDS.split())

_IMPORT = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+(?:google[ \t]+import[ \t]+(?:genai|adk)\b|("
    + "|".join(sorted(map(re.escape, LIBRARIES), key=len, reverse=True))
    + r")\b)",
    re.MULTILINE,
)
# What follows one of `_NAMES` where a text is given that name, and where it is a key or the name of a function.
_GIVEN = re.compile(
    r"""\w{0,40}[ \t]{0,40}(?::[^\n=]{0,80})?=(?!=)[ \t]{0,40}(?:[({\[\\]|[rfbuRFBU]{0,2}["']|\w{1,60}[.(\[])"""
)
_KEYED = re.compile(r"""\w{0,40}["'][ \t]{0,40}:[\s(]{0,40}[rfbuRFBU]{0,2}["']|\w{0,60}\(""")
_ROLE = re.compile(r"""["']role["'][ \t]{0,40}:[ \t]{0,40}["'](?:system|user|assistant|developer|human|model|ai)["']""")
_MODELS = ("odel", "MODEL", "llm", "LLM")
_MODEL = re.compile(
    r"""\w{0,30}["']?[ \t]{0,40}(?::[^\n=]{0,60})?[=:(,][ \t]{0,40}(?:\w{1,20}[ \t]{0,4}=[ \t]{0,4})?"""
    r"""["'][\w./:@-]{2,}["']"""
)


def has_any(text: str) -> bool:
    """Tell whether a file is worth parsing."""
    return are_sure(text) or _follows(text, _MODELS, _MODEL) or _follows(text, _NAMES, _KEYED)


def are_sure(text: str) -> bool:
    """Tell whether a file that cannot be parsed most likely has prompts."""
    if any(call in text for call in _CALLS) or _IMPORT.search(text):
        return True
    return ("role" in text and bool(_ROLE.search(text))) or _follows(text, _NAMES, _GIVEN)


def _follows(text: str, words: tuple[str, ...], pattern: re.Pattern[str]) -> bool:
    """Tell whether a pattern matches behind one of these words: to find the words first is much faster."""
    for word in words:
        place = text.find(word)
        while place >= 0:
            if pattern.match(text, place + len(word)):
                return True
            place = text.find(word, place + 1)
    return False


def is_library(name: str) -> bool:
    """Tell whether a dotted name is of a library for models."""
    pieces = name.split(".")
    return any(".".join(pieces[:length]) in LIBRARIES for length in (1, 2))
