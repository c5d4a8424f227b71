"""A span as OpenTelemetry has it, in no program's dialect: what happened, where it belongs, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from llmgate.conventions.settling import settled
from llmgate.conventions.spelling import Value


class Side(IntEnum):
    """OTLP's `SpanKind`: whether a step is our own, or a call of somebody else."""

    INTERNAL = 1
    CLIENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened at a moment of a span, in nanoseconds since 1970."""

    name: str
    at_ns: int
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A span of another trace, by its ids in hex."""

    trace: str
    span: str
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One step. Ids are in hex, times in nanoseconds since 1970. `failed` with `message` is its status."""

    trace: str
    id: str
    parent: str | None
    name: str
    side: Side = Side.INTERNAL
    started_ns: int
    ended_ns: int
    attributes: Mapping[str, Value] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    links: tuple[Link, ...] = ()
    failed: bool = False
    message: str = ""


def clean(span: Span, redact: Callable[[str], str]) -> Span:
    """Write all values plainly, and pass every text through `redact`."""
    return replace(
        span,
        name=str(settled(span.name, redact)),
        message=str(settled(span.message, redact)),
        attributes=_clean(span.attributes, redact),
        events=tuple(replace(each, attributes=_clean(each.attributes, redact)) for each in span.events),
        links=tuple(replace(each, attributes=_clean(each.attributes, redact)) for each in span.links),
    )


def _clean(attributes: Mapping[str, Value], redact: Callable[[str], str]) -> dict[str, Value]:
    return {name: settled(value, redact) for name, value in attributes.items()}
