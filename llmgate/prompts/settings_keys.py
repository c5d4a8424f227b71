"""A key of a file of settings, and the file's path and beginning → whether a text behind it is one for a model."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from llmgate.prompts import prose
from llmgate.prompts.prompt import Role


class Sign(Enum):
    """What the keys above a text say: it is for a model, it is among prompts, it is one role's."""

    MODEL = "model"
    PROMPTS = "prompts"
    ROLE = "role"


_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_APART = re.compile(r"[^a-z0-9]+")

SYSTEM = re.compile(r"(?:[a-z0-9]+_)*(?:system|developer)_(?:prompt|message|instructions?)(?:_(?:template|text))?")
_PROMPT = re.compile(r"(?:[a-z0-9]+_)+prompts?(?:_(?:template|text))?|prompt_(?:template|text)")
_FOR_PERSONS = re.compile(
    r"(?:^|_)(?:shell|login|confirm|confirmation|command|cmd|cli|password|username|input|install|installer|cookie|"
    r"consent|upgrade|permission|delete|placeholder|user_input|ps1|sudo|ssh|become)(?:_|$)"
)
_PLAIN = frozenset({"prompt", "prompts", "instruction", "instructions", "template", "system"})
_MODEL_WORDS = """
    llm llms model models agent agents assistant assistants openai anthropic claude gpt gemini mistral ollama bedrock
    genai chatbot chat
"""
_OF_A_MODEL = frozenset(_MODEL_WORDS.split())
# The families of language models, as their ids begin or go on behind a provider.
_MODEL_ID = re.compile(
    r"(?:^|[/:._ -])(?:gpt|chatgpt|o[1345]|claude|gemini|gemma|(?:code)?llama|mi[sx]tral|ministral|codestral|qwen|"
    r"deepseek|command|grok|phi|kimi|glm|nova|titan|sonnet|haiku|opus|sim)(?:[0-9.:_-]|$)"
    r"|^(?:openai|azure|anthropic|google|vertex_ai|bedrock|groq|ollama|openrouter|together_ai|cohere|xai)[/:]",
    re.IGNORECASE,
)
_PROMPT_SECTION = re.compile(r"(?:[a-z0-9]+_)*prompts|prompt|prompt_templates?|system_prompts?")
_ROLES: dict[str, Role] = {"system": "system", "developer": "developer", "user": "user", "assistant": "assistant"}
_SILENT_KEYS = """
    description descriptions title name label labels comment comments note notes metadata version author test tests
    test_data testdata expected expected_output properties translations locales help url path file changelog
    license
"""
_SILENT = frozenset(_SILENT_KEYS.split())
_PARAM_KEYS = """
    temperature top_p top_k min_p max_tokens max_completion_tokens max_output_tokens seed stop stop_sequences
    frequency_penalty presence_penalty repetition_penalty response_format reasoning_effort verbosity thinking
    tool_choice params parameters model_parameters model_params model_kwargs generation_config generation_kwargs
"""
PARAMS = frozenset(_PARAM_KEYS.split())
_ONLY_OF_MODELS = PARAMS - {"seed", "stop", "thinking", "params", "parameters", "verbosity"}

_OTHER_PATH = re.compile(
    r"(?:^|/)(?:\.github|\.gitlab|\.circleci|\.vscode|\.idea|\.devcontainer|locales?|i18n|l10n|translations?|lang|"
    r"languages|fixtures?|__fixtures__|__snapshots__|cassettes|recordings|transcripts|datasets?)/"
    r"|(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$|(?:^|/)(?:\.gitlab-ci|\.travis|azure-pipelines|bitbucket-pipelines|"
    r"mkdocs|cookiecutter|copier|package|composer|tsconfig|openapi|swagger|asyncapi|dependabot|renovate|playbook)"
    r"[^/]*\.[a-z]+$|(?:^|[/._-])(?:[a-z]{2}|[a-z]{2}[_-][A-Z]{2})\.(?:ya?ml|json|toml)$"
    r"|\.(?:schema|postman_collection|tfvars|lock)\.json$|(?:^|/)(?:cargo|pipfile)[^/]*\.toml$",
    re.IGNORECASE,
)
_TOP = r"^(?:\{?[ \t]{0,8}\"|[ \t]{0,4}\")?"
_OTHER_HEAD = re.compile(
    rf"{_TOP}(?:openapi|swagger|asyncapi|AWSTemplateFormatVersion|nbformat)\"?[ \t]*:"
    r"|json-schema\.org/|schema\.management\.azure\.com|^[ \t]{0,2}-[ \t]hosts[ \t]*:",
    re.MULTILINE,
)
# Two keys at the top of a file that together say what it is.
_PAIRS = tuple(
    (
        re.compile(rf"{_TOP}{one}\"?[ \t]*:", re.MULTILINE),
        re.compile(rf"(?:^|[{{,])[ \t]{{0,16}}\"?{other}\"?[ \t]*:", re.MULTILINE),
    )
    for one, other in (
        ("apiVersion", "kind"),
        ("services", "(?:image|build|command|entrypoint)"),
        ("jobs", "(?:steps|runs-on|docker|script)"),
        ("stages", "script"),
        ("jsonrpc", "method"),
    )
)


def snake(key: str) -> str:
    """`systemPrompt`, `system-prompt` → `system_prompt`."""
    return _APART.sub("_", _CAMEL.sub(r"_\1", key[:200]).lower()).strip("_")


def is_other(path: str, head: str) -> bool:
    """Tell whether a file is known to be something else: a manifest, a workflow, a catalogue of translations."""
    if _OTHER_PATH.search(path) or _OTHER_HEAD.search(head):
        return True
    return any(one.search(head) and other.search(head) for one, other in _PAIRS)


def below(key: str, signs: frozenset[Sign]) -> frozenset[Sign]:
    """Return what is said of the values below a key."""
    name = snake(key)
    more = {Sign.MODEL} if _speaks_of_a_model(name) else set()
    if _PROMPT_SECTION.fullmatch(name) and not _FOR_PERSONS.search(name):
        more.add(Sign.PROMPTS)
    if name in _ROLES and signs & {Sign.MODEL, Sign.PROMPTS}:
        more.add(Sign.ROLE)
    return signs | more


def is_silent(key: str) -> bool:
    """Tell whether what stands below a key is none of a model's texts, whatever stands above it."""
    return snake(key) in _SILENT


def asks(value: dict[str, Any]) -> bool:
    """Tell whether a mapping says how a model is asked."""
    kind = value.get("type")
    of_model = isinstance(kind, str) and _speaks_of_a_model(snake(kind))
    return of_model or any(snake(key) in _ONLY_OF_MODELS for key in value)


def _speaks_of_a_model(name: str) -> bool:
    return bool(_OF_A_MODEL & set(name.split("_")))


def is_model(written: str) -> bool:
    """Tell whether an id is one of a language model, by its family or its provider."""
    return bool(_MODEL_ID.search(written[:200]))


def role(key: str) -> Role | None:
    """Return the role that a key gives to the text behind it."""
    name = snake(key)
    if SYSTEM.fullmatch(name) or name in ("instructions", "instruction"):
        return "developer" if "developer" in name else "system"
    return "user" if name.endswith("user_prompt") else _ROLES.get(name)


def takes(key: str, text: str, signs: frozenset[Sign]) -> bool:
    """Tell whether the text behind a key is one for a model: the more a key says, the less the text has to."""
    name = snake(key)
    if SYSTEM.fullmatch(name):
        return prose.is_prose(text, 2)
    if name in _SILENT or _FOR_PERSONS.search(name) or (prose.is_label(text) and not prose.has_slot(text)):
        return False
    if Sign.PROMPTS in signs and (Sign.ROLE in signs or name in _ROLES):
        return prose.is_prose(text, 3) or prose.has_slot(text)
    if _PROMPT.fullmatch(name):
        return prose.is_prose(text, 4) and (bool(signs) or prose.is_long(text))
    if name in _PLAIN or name.endswith("_instructions"):
        known = bool(signs) or _speaks_of_a_model(name) or prose.tells_who_it_is(text)
        return known and prose.is_prose(text, 4)
    return Sign.PROMPTS in signs and prose.is_prose(text, 5) and prose.is_long(text)
