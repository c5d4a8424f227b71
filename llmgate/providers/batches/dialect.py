"""What the batch APIs have in common: what is asked of them, and what they answer, in no API's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from llmgate.errors import CallLost
from llmgate.providers import api
from llmgate.providers.api import Api
from llmgate.providers.batches.wire import Wire
from llmgate.trial import Request

MAX_ERROR_CHARS = 200
SURPLUS_LINES = 1_000
"""Lines of results, beyond those that were asked for, that are read over before a file counts as without end."""

_ID = re.compile("[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request of a batch, under the name by which its result is found again."""

    custom_id: str
    request: Request
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A batch that may have been created: its token and file, how many requests it has, and when it was sent.

    `known` are the provider's ids of batches that are others.
    """

    token: str
    file: str | None
    count: int
    sent_at: float
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a batch is, in the provider's word. `results` are where its results stand once it is over."""

    over: bool
    word: str
    results: tuple[str, ...] = ()
    most_lines: int = SURPLUS_LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Batched:
    """The result of one request: the body of an ordinary answer, or what went wrong."""

    custom_id: str
    body: JsonValue = None
    error: str = ""


class Dialect(Protocol):
    """One batch API."""

    @property
    def path(self) -> str: ...
    @property
    def most_requests(self) -> int: ...
    def written(self, entry: Entry, spoken: Api) -> bytes: ...
    async def upload(self, wire: Wire, token: str, lines: list[bytes]) -> str | None: ...
    def creating(self, token: str, lines: list[bytes], file: str | None, endpoint: str) -> bytes: ...
    def created(self, body: JsonValue) -> str: ...
    def found(self, body: JsonValue, sought: Sought) -> str | None: ...
    def state(self, body: JsonValue) -> State: ...
    def result(self, line: dict[str, JsonValue]) -> Batched | None: ...


def identifier(value: JsonValue, name: str) -> str:
    """Read an id that will stand in a path."""
    text = api.string(value, name)
    if not _ID.fullmatch(text):
        raise CallLost(f"the provider's answer is unreadable: {name} is not an id", id="answer-unreadable")
    return text


def listed(body: JsonValue) -> list[dict[str, JsonValue]]:
    found = api.sequence(api.mapping(body, "the list of batches").get("data"), "data")
    return [api.mapping(item, "a batch") for item in found]


def said(error: JsonValue, otherwise: str) -> str:
    """Quote what an error says of itself, in one line; who shows it redacts it."""
    inner = (error.get("error") or error) if isinstance(error, dict) else None
    message = inner.get("message") if isinstance(inner, dict) else None
    return " ".join(message.split())[:MAX_ERROR_CHARS] if isinstance(message, str) and message else otherwise
