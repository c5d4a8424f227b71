"""The path and the beginning of a file → whether it is TypeScript or JavaScript that may hold prompts."""

from __future__ import annotations

import re

from llmgate.prompts.typescript.prose import Strength

MAX_MEAN_LINE_CHARS = 1_000
MIN_MINIFIED_CHARS = 5_000

_ENDING = re.compile(r"\.(?:[mc]?[jt]s|[jt]sx)$", re.IGNORECASE)
_PASSED = re.compile(
    r"\.d\.[mc]?ts$|\.test-d\.[mc]?ts$|\.(?:stories|story|fixtures?|mocks?|cy|e2e|bench|min|bundle|generated|gen)\.[a-z]+$"
    r"|(^|/)(?:__(?:generated|fixtures|snapshots)__|generated|\.?storybook|cypress|playwright|fixtures?|mocks?|i18n|locales?|translations?|lang"
    r"|public/assets|migrations)/",
    re.IGNORECASE,
)
_PROMPT_FILE = re.compile(r"(^|/)(?:[\w-]*prompts?/[\w./-]*|[\w.-]*prompts?)\.[a-z]+$", re.IGNORECASE)
_SENDS = re.compile(
    r"\b(?:generateText|streamText|generateObject|streamObject|ToolLoopAgent|generateContent|getGenerativeModel"
    r"|systemInstruction|PromptTemplate|definePrompt|createReactAgent|createAgent|fromMessages|SystemMessage|langfuse|pullPrompt|pmpt_\w+)\b|\bhub\.pull\b"
    r"|\.completions\b|\bresponses\.(?:create|parse|stream)\b|\bmessages\.(?:create|stream|parse)\b|@ai-sdk/"
    r"|\bfrom ['\"](?:ai|openai|genkit|@mastra/[\w/-]+|@openai/agents|@anthropic-ai/sdk|@google/gen(?:ai|erative-ai)"
    r"|@langchain/[\w/-]+)['\"]|SYSTEM_PROMPT|\bsystemPrompt\b"
)
_HINTS = re.compile(
    r"[pP]rompt|PROMPT|SYSTEM_|[iI]nstructions?\b|INSTRUCTIONS?\b|Template\b|_TEMPLATE\b|\b(?:chats?|agents?)\b|"
    r"\b(?:You are|Your task)\b|(?:PREAMBLE|PERSONA|RUBRIC|GUIDELINES)\b|\b(?:persona|rubric)\b|[mM]odel\b|MODEL\b"
    r"|\brole['\"]?\s{0,20}:\s{0,20}['\"](?:system|developer|user)['\"]"
)


def is_code(path: str) -> bool:
    return bool(_ENDING.search(path)) and not _PASSED.search(path)


def may_hold_prompts(path: str, head: str) -> bool:
    """Look for words that a file with prompts has; bundles and minified code are passed over."""
    if is_minified(head):
        return False
    return bool(head and by_path(path)) or is_sending(head) or bool(_HINTS.search(head))


def is_sending(text: str) -> bool:
    """Tell whether a text names a library, a call or a constant that is there to send prompts."""
    return bool(_SENDS.search(text))


def is_minified(head: str) -> bool:
    return len(head) > MIN_MINIFIED_CHARS and len(head) > MAX_MEAN_LINE_CHARS * (head.count("\n") + 1)


def by_path(path: str) -> Strength:
    """Tell what the file's path says of the texts in it."""
    return Strength.FAIR if _PROMPT_FILE.search(path) else Strength.NONE
