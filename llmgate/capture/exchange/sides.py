"""The two sides of a call, in no API's dialect: what was asked, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture.messages.parts import REASONING
from llmgate.capture.span import Json

MAX_NAME_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request; fields as those of `Span`."""

    messages: tuple[Json, ...] = ()
    tools: tuple[Json, ...] = ()
    prompt: Json = field(default_factory=dict)
    variables: Json | None = None
    documents: tuple[Json, ...] = ()
    missing: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer; fields as those of `Span`."""

    output: tuple[Json, ...] = ()
    finish_reason: str | None = None
    served: str | None = None
    documents: tuple[Json, ...] = ()
    metadata: Json = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


def said(text: JsonValue, role: str) -> JsonValue:
    """Make a message of a bare text, which may be JSON and is not parsed; anything else stays as it is."""
    return [{"role": role, "content": text}] if isinstance(text, str) else text


def union(*notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({note for each in notes for note in each}))


def without_reasoning(missing: Iterable[str]) -> tuple[str, ...]:
    """Leave out that an answer's reasoning is not carried: a replay makes its own."""
    return tuple(note for note in missing if note != REASONING)


def name(value: JsonValue) -> str | None:
    """Return a short text, such as a model's name or a reason; else None."""
    return value if isinstance(value, str) and 0 < len(value) <= MAX_NAME_CHARS else None
