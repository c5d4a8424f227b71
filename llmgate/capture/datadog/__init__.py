"""Spans and evaluations of Datadog's LLM Observability, as its API or its SDKs write them → spans and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate.capture import values
from llmgate.capture.datadog import evaluations, span
from llmgate.capture.span import Json, Record, Remark, Span, Unfit

MAX_WRAPPERS = 5

_EXPECTED = "neither a span (span_id, trace_id) nor an evaluation: this is not what Datadog's LLM Observability exports"
_HELD = ("data", "attributes", "spans", "metrics")
_SHARED = frozenset({"ml_app", "session_id", "tags"})


def traces(value: JsonValue) -> Iterable[str]:
    """Name the traces that a record says something of.

    Raises:
        Unfit: where the record is not of this dialect.
    """
    found: set[str] = set()
    for entry in _entries(value):
        if _is_span(entry):
            found.add(str(values.name(entry["trace_id"])))
        else:
            found.update(remark.trace for remark in evaluations.remarks(entry))
    return sorted(found)


def read(record: Record) -> Iterable[Span | Remark]:
    """Read all that a record says.

    Raises:
        Unfit: where it cannot be read.
    """
    for entry in _entries(record.value):
        if _is_span(entry):
            yield span.of(entry, record)
        else:
            yield from evaluations.remarks(entry)


def _entries(value: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """Take pages and payloads apart: `data`, `attributes`, and the `spans` or `metrics` within.

    Raises:
        Unfit: where an entry is nothing that LLM Observability has.
    """
    waiting: list[tuple[JsonValue, int]] = [(value, MAX_WRAPPERS)]
    while waiting:
        entry, left = waiting.pop()
        if isinstance(entry, list) and left:
            waiting += [(inner, left - 1) for inner in reversed(entry)]
        elif not isinstance(entry, dict):
            raise Unfit(_EXPECTED)
        elif _is_span(entry) or evaluations.is_one(entry):
            yield entry
        elif left and (inner := _inner(entry)) is not None:
            waiting.append((inner, left - 1))
        else:
            raise Unfit(_EXPECTED)


def _is_span(entry: Json) -> bool:
    is_named = values.name(entry.get("span_id")) is not None and values.name(entry.get("trace_id")) is not None
    return is_named and ("meta" in entry or "span_kind" in entry)


def _inner(entry: dict[str, JsonValue]) -> JsonValue:
    """Return what an envelope holds; what it says of all its spans is told to each."""
    held = next((inner for key in _HELD if isinstance(inner := entry.get(key), dict | list)), None)
    if not isinstance(held, list) or not _SHARED & entry.keys():
        return held
    shared = {key: item for key, item in entry.items() if key in _SHARED}
    return [{**shared, **inner} if isinstance(inner, dict) else inner for inner in held]
