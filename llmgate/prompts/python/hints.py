"""The text of a Python file → whether it can hold prompts at all, without parsing it."""

from __future__ import annotations

import re

# What each pattern begins with: looked for first, as that takes a tenth of a pattern's time.
_NAMES = ("rompt", "ROMPT", "nstruction", "NSTRUCTION", "emplate", "EMPLATE", "ersona", "ERSONA", "reamble", "ystem_",
          "YSTEM_")  # fmt: skip
_CALLS = ("get_prompt(", "load_prompt(", "pull_prompt(", "hub.pull(", "prompts:/", "pmpt_")

LIBRARIES = frozenset(
    """
    openai anthropic litellm dspy langchain langchain_core langchain_community langchain_openai langchain_anthropic
    langchain_google_genai langchain_mistralai langchain_groq langchain_ollama langchain_aws langchain_experimental
    langgraph langsmith langfuse llama_index llama_cpp pydantic_ai agents crewai autogen autogen_agentchat autogen_core
    autogen_ext semantic_kernel haystack haystack_integrations guidance outlines instructor mistralai cohere groq
    together ollama vertexai smolagents agno phi mirascope marvin ell replicate fireworks vllm xai_sdk
    claude_agent_sdk strands swarm letta camel aisuite portkey_ai controlflow google.genai google.generativeai
    google.adk azure.ai huggingface_hub mcp fastmcp promptflow agent_framework zhipuai dashscope magentic chatlas
    """.split()
)

_IMPORT = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+(?:google[ \t]+import[ \t]+(?:genai|adk)\b|("
    + "|".join(sorted(map(re.escape, LIBRARIES), key=len, reverse=True))
    + r")\b)",
    re.MULTILINE,
)
_NAMED = re.compile(
    r"""(?:prompt|instruction|template|persona|preamble|system_)\w{0,40}[ \t]*(?::[^\n=]{0,80})?=[ \t]*"""
    r"""(?:\w{0,30}\()?[ \t\\]*(?:[({\[]\s{0,80})?(?:[rfbu]{0,2}["']|\w{1,60}[.(])""",
    re.IGNORECASE,
)
_ROLE = re.compile(r"""["']role["'][ \t]*:[ \t]*["'](?:system|user|assistant|developer|human|model|ai)["']""")
_KEY = re.compile(r"""(?:prompts?|instructions?|system)["'][ \t]*:[ \t]*[\s(]{0,40}[rfbuRFBU]{0,2}["']""")
_MODEL = re.compile(
    r"""(?:[mM]odel|MODEL|llm|LLM)\w{0,30}["']?[ \t]*(?::[^\n=]{0,60})?[=:(][ \t]*["'][\w./:@-]{2,}["']"""
)
_FUNCTION = re.compile(r"(?:prompt|instructions|system_message)\w{0,60}\(")


def has_any(text: str) -> bool:
    """Tell whether a file is worth parsing."""
    if are_sure(text):
        return True
    if any(word in text for word in ("odel", "MODEL", "llm", "LLM")) and _MODEL.search(text):
        return True
    return any(word in text for word in _NAMES) and bool(_KEY.search(text) or _FUNCTION.search(text))


def are_sure(text: str) -> bool:
    """Tell whether a file that cannot be parsed most likely has prompts."""
    if any(call in text for call in _CALLS) or _IMPORT.search(text):
        return True
    if "role" in text and _ROLE.search(text):
        return True
    return any(word in text for word in _NAMES) and bool(_NAMED.search(text))


def is_library(name: str) -> bool:
    """Tell whether a dotted name is of a library for models."""
    pieces = name.split(".")
    return any(".".join(pieces[:length]) in LIBRARIES for length in (1, 2))
