"""The values of a file of settings → each text and each list of messages for a model, and the model beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from llmgate.documents import Document, Pointer
from llmgate.prompts import prose, settings_keys, structured
from llmgate.prompts.composition import Found
from llmgate.prompts.prompt import Format, Rule, Turn
from llmgate.prompts.settings_keys import Sign

# A file with more conversations than these is data: a training set, a log.
MAX_CONVERSATIONS = 20

MESSAGES = Rule("settings.messages", "a list of messages with roles")
KEY = Rule("settings.key", "a key and the wording say that the text is for a model", certain=False)

PROMPT_PATH = re.compile(r"(?:^|/)(?:[\w.-]{1,60}[_.-])?prompts?(?:[_-]templates?)?(?:/|\.[a-z]+$)", re.IGNORECASE)
_MODELS = ("model", "model_id", "model_name", "deployment_name")
_PROVIDERS = ("provider", "api", "vendor")
_WHOLE = ("response_format", "thinking", "tool_choice", "stop")
_JOINED = "the program alone knows how it joins the texts of a list"
_MEDIA = "llmgate sends messages of text only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
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

    def by(self, taken: Taken) -> Taken:
        """Let a text of the mapping have them."""
        return replace(taken, found=replace(taken.found, model=self.model, params=self.params), claimed=self.keys)


def find(document: Document, *, declared: bool) -> list[Taken]:
    """Return what is for a model, in the order of the file; of one that is declared, every text that is prose."""
    signs = frozenset({Sign.PROMPTS}) if PROMPT_PATH.search(document.path) else frozenset()
    taken = list(_walk(document.value, (), signs, declared=declared))
    lists = sum(each.found.rule is MESSAGES for each in taken)
    if lists > MAX_CONVERSATIONS and not declared:
        return [each for each in taken if each.found.rule is not MESSAGES]
    return taken


def _walk(value: Any, at: Pointer, signs: frozenset[Sign], *, declared: bool) -> Iterator[Taken]:
    if _is_conversation(value, signs, declared=declared):
        yield Taken(pointer=at, found=_conversation(value))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            if isinstance(item, str) and (
                settings_keys.takes("", item, signs) or (declared and prose.is_prose(item, 3))
            ):
                yield Taken(pointer=(*at, place), found=_texts("", item, item))
            yield from _walk(item, (*at, place), signs, declared=declared)
    elif isinstance(value, dict):
        around = signs | {Sign.MODEL} if settings_keys.asks(value) else signs
        yield from _of_mapping(value, at, around, declared=declared)


def _of_mapping(value: dict[str, Any], at: Pointer, signs: frozenset[Sign], *, declared: bool) -> Iterator[Taken]:
    asked = _asked(value, at)
    around = signs | {Sign.MODEL} if asked.known else signs
    for key, item in value.items():
        text = _text(key, item)
        if text is not None:
            if settings_keys.takes(key, text, around):
                yield asked.by(Taken(pointer=(*at, key), found=_texts(key, item, text)))
            elif declared and prose.is_prose(text, 3):
                yield Taken(pointer=(*at, key), found=_texts(key, item, text))
        elif declared or not settings_keys.is_silent(key):
            for each in _walk(item, (*at, key), settings_keys.below(key, around), declared=declared):
                yield asked.by(each) if each.pointer == (*at, key) else each


def _text(key: str, item: Any) -> str | None:
    """Return a text, and that of a list of nothing but texts, where the list is not one of prompts."""
    if isinstance(item, list) and item and all(isinstance(each, str) for each in item):
        return None if settings_keys.snake(key).endswith("prompts") else "\n".join(item)
    return item if isinstance(item, str) else None


def _texts(key: str, item: Any, text: str) -> Found:
    return Found(
        format=Format.SETTINGS,
        syntax=prose.syntax_of([text]),
        turns=(Turn(settings_keys.role(key), text),),
        rule=KEY,
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
    """Return the parameters of a mapping; those in a mapping of their own, such as `model_kwargs`, stand with them."""
    found: dict[str, Any] = {}
    for key, item in value.items():
        if settings_keys.snake(key) in settings_keys.PARAMS:
            nested = isinstance(item, dict) and settings_keys.snake(key) not in _WHOLE
            found |= item if nested else {key: item}
    return found


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
        format=Format.SETTINGS,
        syntax=prose.syntax_of([turn.text for turn in turns]),
        turns=turns,
        rule=MESSAGES,
        beside=beside,
        unrendered="" if chat else _MEDIA,
    )


def name_of(value: Any, pointer: Pointer) -> str:
    """Name a text by the keys above it; an item of a list by its own name or its words, and never by its place."""
    pieces: list[str] = []
    for piece in pointer:
        value = value[piece]
        if isinstance(piece, str):
            pieces.append(piece)
        elif isinstance(value, str):
            pieces.append(structured.slug(value))
        else:
            own = structured.mapping(value)
            pieces += [each for each in (own.get("name") or own.get("id"),) if isinstance(each, str)]
    return ".".join(pieces) or "messages"
