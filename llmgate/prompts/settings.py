"""A YAML, JSON or TOML file of settings of no framework → a prompt for each text and list of messages for a model.

A list of `{role, content}` tells by its shape, a text by its key and its wording: these rules have a precision, which
is measured. A file that is declared has every text that reads like sentences taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from llmgate.documents import Document, Pointer
from llmgate.prompts import remote, settings_keys, settings_texts, structured
from llmgate.prompts.composition import compose
from llmgate.prompts.prompt import DECLARED, File, Format, Prompt, Rule
from llmgate.prompts.settings_texts import KEY, MESSAGES, PROMPT_PATH

FORMAT = Format.SETTINGS

ENDINGS = (*structured.ENDINGS, ".toml")

_HINT = Rule("settings.hint", "the file has keys that settings of a model have", certain=False)


_SPACES = r"[ \t]{0,20}"
_GIVEN = rf"[\"']?{_SPACES}[:=]{_SPACES}"
_WORDS = r"(?:[|>]|\"\"\"|'''|[\"']?[^\s|>\[{#\"']\S{0,200}[ \t]+\S|[^\n]{0,40}[\u3040-\u30ff\u3400-\u9fff])"
_VALUE = rf"{_GIVEN}(?:[\[{{#]|$|{_WORDS})"
_SYSTEM = r"(?:system|developer)[_-]?(?:prompt|message|instructions?)(?:[_-]?(?:template|text))?"
_SYSTEM_TEXT = re.compile(rf"{_SYSTEM}{_GIVEN}{_WORDS}", re.IGNORECASE | re.MULTILINE)
_SYSTEM_KEY = re.compile(rf"{_SYSTEM}{_VALUE}", re.IGNORECASE | re.MULTILINE)
_PROMPT_KEY = re.compile(rf"prompts?(?:[_-]?(?:templates?|text))?\]?{_VALUE}", re.IGNORECASE | re.MULTILINE)
_TABLE = re.compile(r"^[ \t]{0,20}\[[\w.-]{0,60}prompts?(?:[_-]?templates?)?[\w.-]{0,60}\]", re.MULTILINE)
_LONG = re.compile(r"[:=][ \t]{0,20}(?:[|>][^\n]{0,20}$|\"\"\"|'''|[^\n]{40})", re.MULTILINE)
_PLAIN_KEY = re.compile(rf"(?:instructions?|template){_VALUE}", re.IGNORECASE | re.MULTILINE)
_MODEL = re.compile(r"(?:^|[\s\"'{\[._-])(?:llm|model|agents?|assistants?|openai|anthropic)s?(?![a-z])", re.IGNORECASE)
_ROLE = re.compile(rf"\brole[\"']?{_SPACES}[:=]{_SPACES}[\"']?(?:system|developer|user|assistant|human)\b")
_CONTENT = re.compile(r"\b(?:content|parts)[\"']?[ \t]{0,20}[:=]")


def recognise(path: str, head: str) -> Rule | None:
    if not path.lower().endswith(ENDINGS) or (path.endswith(".json") and not head.lstrip().startswith(("{", "["))):
        return None
    rule = _hinted(path, head)
    return rule if rule and not settings_keys.is_other(path, head) else None


def _hinted(path: str, head: str) -> Rule | None:
    if _ROLE.search(head) and _CONTENT.search(head):
        return MESSAGES
    if _SYSTEM_TEXT.search(head):
        return KEY
    if _SYSTEM_KEY.search(head) or _PROMPT_KEY.search(head) or _TABLE.search(head):
        return _HINT
    if PROMPT_PATH.search(path) and _LONG.search(head):
        return _HINT
    return _HINT if _PLAIN_KEY.search(head) and (_MODEL.search(head) or "You are " in head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    """Read the texts, and the references to registries that stand beside them.

    A file that cannot be parsed is a prompt with a fault only where more than a common word says that it has one; one
    that is declared is left to be read as text.
    """
    found = structured.read(file, FORMAT, rule, _prompts)
    if rule in (_HINT, DECLARED) and any(prompt.fault and not prompt.partial for prompt in found):
        found = ()
    beside = remote.recognise(file.path, file.source) if found or rule is not DECLARED else None
    return (*found, *remote.read(file, beside)) if beside else found


def remaining(document: Document) -> Document:
    """Return a file without the prompts that are found in it, and without the models and parameters that these have."""
    gone = {at for taken in settings_texts.find(document, declared=False) for at in (taken.pointer, *taken.claimed)}
    return replace(document, value=_without(document.value, (), gone))


def _without(value: Any, at: Pointer, gone: set[Pointer]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, (*at, key), gone) for key, item in value.items() if (*at, key) not in gone}
    if isinstance(value, list):
        return [_without(item, (*at, place), gone) for place, item in enumerate(value)]
    return value


def _prompts(file: File, rule: Rule, document: Document) -> Iterator[Prompt]:
    taken = settings_texts.find(document, declared=rule is DECLARED)
    names = structured.named(settings_texts.name_of(document.value, each.pointer) for each in taken)
    for each in taken:
        line = document.line(each.pointer)
        found = replace(each.found, name=next(names), line=line, partial=True)
        yield compose(file, replace(found, rule=DECLARED) if rule is DECLARED else found)
