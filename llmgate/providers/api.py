"""What every provider's API has in common: how requests are written for it, and how its answers are read."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from pydantic import JsonValue

from llmgate.errors import CallLost
from llmgate.trial import Completion, Request

MAX_JSON_DEPTH = 64
MAX_NUMBER_CHARS = 300  # below the largest float, so that an integer always has one
MAX_TOKENS_COUNTED = 10**9
MAX_NAME_CHARS = 200

_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a model is asked: the API's own path, and the query where it has one. It never holds a key."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an API has a place for, whatever its models can. `batch`: llmgate speaks its API for later answers."""

    seed: bool
    logprobs: bool
    tools: bool = True
    json_schema: bool = True
    json_object: bool = True
    batch: bool = False


class Api(Protocol):
    """One HTTP API: where it is, how a key is shown, what is sent, and what comes back."""

    def capabilities(self, model: str, /) -> Capabilities: ...

    def place(self, model: str, /) -> Place: ...

    def headers(self, key: str | None) -> dict[str, str]: ...

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]: ...

    def parse(self, body: JsonValue) -> Completion:
        """Read an answer.

        Raises:
            CallLost: the answer is not of the API's shape.
        """
        ...


class UnreadableError(ValueError):
    """These bytes are not JSON that llmgate reads; the message holds none of them."""


def encode(body: Mapping[str, JsonValue]) -> bytes:
    """Write a request's body: the same body, the same bytes."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def decode(data: bytes | str, *, unique: bool = False) -> JsonValue:
    """Parse JSON with bounded depth and numbers, finite ones only, and no lone surrogates in its strings.

    With `unique`, no object may name a key twice: of two, one reader believes the first and the other the last.

    Raises:
        UnreadableError: the bytes are something else.
    """
    try:
        raw = data.encode() if isinstance(data, str) else data
        value: JsonValue = (_UNIQUE_DECODER if unique else _DECODER).decode(raw.decode("utf-8"))
    except _RepeatedKeyError:
        raise UnreadableError("a key stands twice in one object") from None
    except RecursionError:
        raise UnreadableError("nested too deep") from None
    except ValueError:
        raise UnreadableError("not JSON") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_JSON_DEPTH and _depth_exceeds(value, MAX_JSON_DEPTH):
        raise UnreadableError("nested too deep")
    return _scrubbed(value) if _ESCAPED_SURROGATE.search(raw) else value


def _integer(digits: str) -> int:
    if len(digits) > MAX_NUMBER_CHARS:
        raise ValueError("a number of too many digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits) if len(digits) <= MAX_NUMBER_CHARS else math.inf
    if not math.isfinite(number):
        raise ValueError("a number out of range")
    return number


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


class _RepeatedKeyError(ValueError):
    pass


def _once_each(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    named = dict(pairs)
    if len(named) < len(pairs):
        raise _RepeatedKeyError
    return named


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_finite, parse_constant=_no_constant)
_UNIQUE_DECODER = json.JSONDecoder(
    parse_int=_integer, parse_float=_finite, parse_constant=_no_constant, object_pairs_hook=_once_each
)


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, dict | list)
        ]
    return bool(level)


def _scrubbed(value: JsonValue) -> JsonValue:
    """Replace lone surrogates, which no sink can encode."""
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case list():
            return [_scrubbed(item) for item in value]
        case dict():
            return {str(_scrubbed(key)): _scrubbed(item) for key, item in value.items()}
        case _:
            return value


def arguments(written: JsonValue) -> JsonValue:
    """Return a call's arguments as the value that they are: text that holds an object is that object, none are {}."""
    if written is None or written == "":
        return {}
    if not isinstance(written, str) or not written.lstrip().startswith("{"):
        return written
    try:
        return decode(written)
    except UnreadableError:
        return written


def schema_of(answer_format: JsonValue) -> dict[str, JsonValue] | None:
    """Find the JSON Schema in a `response_format` as Chat Completions writes it; None where it asks for mere JSON."""
    named = answer_format.get("json_schema") if isinstance(answer_format, dict) else None
    schema = named.get("schema", named) if isinstance(named, dict) else None
    return schema if isinstance(schema, dict) else None


def is_json(answer_format: JsonValue) -> bool:
    """Whether a `response_format` as Chat Completions writes it asks for JSON."""
    return isinstance(answer_format, dict) and answer_format.get("type") in ("json_object", "json_schema")


def segment(text: str) -> str:
    """Write a text as one segment of a path, so that it can name no other path."""
    return quote(text, safe="")


def mapping(value: JsonValue, name: str) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise CallLost(f"the provider's answer is unreadable: {name} is not an object", id="answer-unreadable")
    return value


def sequence(value: JsonValue, name: str) -> list[JsonValue]:
    if not isinstance(value, list):
        raise CallLost(f"the provider's answer is unreadable: {name} is not a list", id="answer-unreadable")
    return value


def string(value: JsonValue, name: str) -> str:
    if not isinstance(value, str):
        raise CallLost(f"the provider's answer is unreadable: {name} is not text", id="answer-unreadable")
    return value


def short_name(value: JsonValue, name: str) -> str | None:
    """Read an optional identifier; hostile ones are cut."""
    return None if value is None else string(value, name)[:MAX_NAME_CHARS]


def count(value: JsonValue, name: str) -> int:
    """Read a number of tokens; an absent one is 0."""
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_TOKENS_COUNTED:
        raise CallLost(f"the provider's answer is unreadable: {name} is not a number of tokens", id="answer-unreadable")
    return value
