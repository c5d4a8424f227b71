"""A YAML, JSON or TOML file of settings of no framework → a prompt for each text and list of messages for a model.

A list of `{role, content}` tells by its shape, a text by its key and its wording: these rules have a precision, which
is measured. A file that is declared has every text that reads like sentences taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from llmgate.documents import Document, Pointer
from llmgate.prompts import prose, remote, settings_keys, structured
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import DECLARED, File, Format, Prompt, Rule, Turn
from llmgate.prompts.settings_keys import Sign

FORMAT = Format.SETTINGS

ENDINGS = (*structured.ENDINGS, ".toml")
# A file with more conversations than these is data: a training set, a log.
MAX_CONVERSATIONS = 20

_MESSAGES = Rule("settings.messages", "a list of messages with roles")
_KEY = Rule("settings.key", "a key and the wording say that the text is for a model", certain=False)
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
_PROMPT_PATH = re.compile(r"(?:^|/)(?:[\w.-]{1,60}[_.-])?prompts?(?:[_-]templates?)?(?:/|\.[a-z]+$)", re.IGNORECASE)

_MODELS = ("model", "model_id", "model_name", "deployment_name")
_PROVIDERS = ("provider", "api", "vendor")
_JOINED = "the program alone knows how it joins the texts of a list"
_MEDIA = "llmgate sends messages of text only"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """One text or list for a model, and where it stands; `claimed` are the keys beside it that say how it is asked."""

    pointer: Pointer
    found: Found
    claimed: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The model and the parameters that stand in a mapping, under `keys`; `known` where it is a language model."""

    model: str | None
    params: dict[str, Any]
    known: bool
    keys: tuple[Pointer, ...]

    def by(self, taken: _Taken) -> _Taken:
        """Let a text of the mapping have them."""
        return replace(taken, found=replace(taken.found, model=self.model, params=self.params), claimed=self.keys)


def recognise(path: str, head: str) -> Rule | None:
    if not path.lower().endswith(ENDINGS) or (path.endswith(".json") and not head.lstrip().startswith(("{", "["))):
        return None
    rule = _hinted(path, head)
    return rule if rule and not settings_keys.is_other(path, head) else None


def _hinted(path: str, head: str) -> Rule | None:
    if _ROLE.search(head) and _CONTENT.search(head):
        return _MESSAGES
    if _SYSTEM_TEXT.search(head):
        return _KEY
    if _SYSTEM_KEY.search(head) or _PROMPT_KEY.search(head) or _TABLE.search(head):
        return _HINT
    if _PROMPT_PATH.search(path) and _LONG.search(head):
        return _HINT
    return _HINT if _PLAIN_KEY.search(head) and (_MODEL.search(head) or "You are " in head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    """Read the texts, and the references to registries that stand beside them.

    A file that cannot be parsed is a prompt with a fault only where more than a common word says that it has one.
    """
    found = structured.read(file, FORMAT, rule, _prompts)
    if rule is _HINT and any(prompt.fault and not prompt.partial for prompt in found):
        found = ()
    beside = remote.recognise(file.path, file.source)
    return (*found, *remote.read(file, beside)) if beside else found


def remaining(document: Document) -> Document:
    """Return a file without the prompts that are found in it, and without the models and parameters that these have."""
    gone = {at for taken in _all(document, _HINT) for at in (taken.pointer, *taken.claimed)}
    return replace(document, value=_without(document.value, (), gone))


def _without(value: Any, at: Pointer, gone: set[Pointer]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, (*at, key), gone) for key, item in value.items() if (*at, key) not in gone}
    if isinstance(value, list):
        return [_without(item, (*at, place), gone) for place, item in enumerate(value)]
    return value


def _prompts(file: File, rule: Rule, document: Document) -> Iterator[Prompt]:
    taken = _all(document, rule)
    names = structured.named(_name(document.value, each.pointer) for each in taken)
    for each in taken:
        line = document.line(each.pointer)
        found = replace(each.found, name=next(names), line=line, partial=True)
        yield compose(file, replace(found, rule=DECLARED) if rule is DECLARED else found)


def _all(document: Document, rule: Rule) -> list[_Taken]:
    signs = frozenset({Sign.PROMPTS}) if _PROMPT_PATH.search(document.path) else frozenset()
    taken = list(_walk(document.value, (), signs, declared=rule is DECLARED))
    lists = sum(each.found.rule is _MESSAGES for each in taken)
    if lists > MAX_CONVERSATIONS and rule is not DECLARED:
        return [each for each in taken if each.found.rule is not _MESSAGES]
    return taken


def _walk(value: Any, at: Pointer, signs: frozenset[Sign], *, declared: bool) -> Iterator[_Taken]:
    if _is_conversation(value, signs, declared=declared):
        yield _Taken(pointer=at, found=_conversation(value))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _walk(item, (*at, place), signs, declared=declared)
    elif isinstance(value, dict):
        around = signs | {Sign.MODEL} if settings_keys.asks(value) else signs
        yield from _of_mapping(value, at, around, declared=declared)


def _of_mapping(value: dict[str, Any], at: Pointer, signs: frozenset[Sign], *, declared: bool) -> Iterator[_Taken]:
    asked = _asked(value, at)
    around = signs | {Sign.MODEL} if asked.known else signs
    for key, item in value.items():
        text = _text(item)
        if text is not None:
            if settings_keys.takes(key, text, around):
                yield asked.by(_Taken(pointer=(*at, key), found=_texts(key, item, text)))
            elif declared and prose.is_prose(text, 3):
                yield _Taken(pointer=(*at, key), found=_texts(key, item, text))
        elif declared or not settings_keys.is_silent(key):
            for each in _walk(item, (*at, key), settings_keys.below(key, around), declared=declared):
                yield asked.by(each) if each.pointer == (*at, key) else each


def _text(item: Any) -> str | None:
    """Return a text, and that of a list of nothing but texts."""
    if isinstance(item, list) and item and all(isinstance(each, str) for each in item):
        return "\n".join(item)
    return item if isinstance(item, str) else None


def _texts(key: str, item: Any, text: str) -> Found:
    return Found(
        format=FORMAT,
        syntax=prose.syntax_of([text]),
        turns=(Turn(settings_keys.role(key), text),),
        rule=_KEY,
        unrendered=_JOINED if isinstance(item, list) else "",
    )


def _asked(value: dict[str, Any], at: Pointer) -> _Asked:
    """Read the model that a mapping names, by its id or in a mapping of its own, and the parameters."""
    params, keys = _params(value), [key for key in value if settings_keys.snake(key) in settings_keys.PARAMS]
    model, known = None, False
    for key, item in value.items():
        if settings_keys.snake(key) not in _MODELS:
            continue
        entry = structured.mapping(item)
        provider = next((key for key in _PROVIDERS if isinstance((entry or value).get(key), str)), None)
        named = (entry.get("name") or entry.get("id")) if entry else item
        model = structured.provided((entry or value)[provider] if provider else None, named)
        if model:
            known = bool(provider) or settings_keys.is_model(model)
            params |= _params(entry)
            keys += [key] if entry or not provider else [key, provider]
            break
    return _Asked(model=model, params=params, known=known, keys=tuple((*at, key) for key in keys))


def _params(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if settings_keys.snake(key) in settings_keys.PARAMS}


def _is_conversation(value: Any, signs: frozenset[Sign], *, declared: bool) -> bool:
    """Tell whether a value is a list of messages that a program sends, and not one that somebody wrote down."""
    if not isinstance(value, list) or not value:
        return False
    messages = [structured.mapping(item) for item in value]
    if not all(structured.role(each.get("role")) and ("content" in each or "parts" in each) for each in messages):
        return False
    if declared or signs or any(each["role"].lower() in ("system", "developer") for each in messages):
        return True
    return any(prose.has_slot(str(_content(each))) for each in messages)


def _content(message: dict[str, Any]) -> Any:
    """Return the text of a message, however many parts it is written in."""
    content = message.get("content", message.get("parts"))
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    told = [text for text in texts if isinstance(text, str)]
    return "\n".join(told) if len(told) == len(texts) else content


def _conversation(value: list[dict[str, Any]]) -> Found:
    plain = [{**structured.without(each, {"parts"}), "content": _content(each)} for each in value]
    chat = structured.chat(plain)
    turns = chat.turns if chat else ()
    beside: Any = chat.beside if chat else value
    return Found(
        format=FORMAT,
        syntax=prose.syntax_of([turn.text for turn in turns]),
        turns=turns,
        rule=_MESSAGES,
        beside=beside,
        unrendered="" if chat else _MEDIA,
    )


def _name(value: Any, pointer: Pointer) -> str:
    """Name a text by the keys above it; an item of a list by its own name, and never by its place."""
    pieces: list[str] = []
    for piece in pointer:
        value = value[piece]
        if isinstance(piece, str):
            pieces.append(piece)
        else:
            own = structured.mapping(value)
            pieces += [each for each in (own.get("name") or own.get("id"),) if isinstance(each, str)]
    return ".".join(pieces) or "messages"
