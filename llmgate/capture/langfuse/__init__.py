"""Langfuse's observations, traces, scores and dataset items, of its API or its exports → spans and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate.capture import values
from llmgate.capture.langfuse import observation, scores
from llmgate.capture.langfuse.shape import Shape, plain, shape
from llmgate.capture.span import Json, Record, Remark, Span, Unfit
from llmgate.conventions import Kind

_EXPECTED = (
    "neither an observation (id, type, traceId), nor a trace, a score or a dataset item, nor a page of them: "
    "this is not what Langfuse exports"
)
_NO_SUBJECT = "a score that does not say of what: ask for fields=details,subject"


def traces(value: JsonValue) -> Iterable[str]:
    """Name the traces that a record says something of.

    Raises:
        Unfit: where the record is not of this dialect.
    """
    return sorted({trace for entry in _entries(value) for trace in _traces(entry)})


def read(record: Record) -> Iterable[Span | Remark]:
    """Read all that a record says.

    Raises:
        Unfit: where it cannot be read.
    """
    for entry in _entries(record.value):
        yield from _read(entry, record)


def _entries(value: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """Take pages apart.

    Raises:
        Unfit: where an entry is nothing that Langfuse has.
    """
    page = value.get("data") if isinstance(value, dict) else None
    for entry in page if isinstance(page, list) else value if isinstance(value, list) else [value]:
        if not isinstance(entry, dict) or shape(told := plain(entry)) is None:
            is_score = isinstance(entry, dict) and "dataType" in entry and "subject" not in entry
            raise Unfit(_NO_SUBJECT if is_score else _EXPECTED)
        yield told


def _traces(entry: dict[str, JsonValue]) -> Iterator[str]:
    match shape(entry):
        case Shape.TRACE:
            yield str(values.name(entry["id"]))
        case Shape.OBSERVATION:
            yield observation.trace(entry)
        case Shape.SCORE:
            yield from (remark.trace for remark in scores.score(entry))
        case Shape.ITEM:
            yield from (remark.trace for remark in scores.item(entry))
        case None:
            return


def _read(entry: dict[str, JsonValue], record: Record) -> Iterator[Span | Remark]:
    match shape(entry):
        case Shape.TRACE:
            yield from _trace(entry, record)
        case Shape.OBSERVATION:
            yield observation.span(entry, record)
        case Shape.SCORE:
            yield from scores.score(entry)
        case Shape.ITEM:
            yield from scores.item(entry)
        case None:
            return


def _trace(entry: dict[str, JsonValue], record: Record) -> Iterator[Span | Remark]:
    """Read a trace, and what it holds of observations and scores; a list of traces holds their ids only."""
    name = str(values.name(entry["id"]))
    yield Span(
        file=record.file,
        line=record.line,
        trace=name,
        id=name,
        name=values.text(entry.get("name")) or "",
        kind=Kind.OTHER,
        started_ns=values.nanoseconds(entry.get("timestamp")),
        tags=values.texts(entry.get("tags")),
        metadata=observation.metadata(entry),
    )
    for inner in _nested(entry, "observations"):
        if shape(inner) is Shape.OBSERVATION:
            yield observation.span({**inner, "traceId": name}, record)
    for inner in _nested(entry, "scores"):
        yield from scores.score({**inner, "traceId": name})


def _nested(entry: Json, key: str) -> Iterator[dict[str, JsonValue]]:
    return (plain(inner) for inner in values.items(entry.get(key)) if isinstance(inner, dict))
