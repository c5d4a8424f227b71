"""Langfuse's scores and dataset items → remarks on a trace or on one of its observations."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import feedback, values
from llmgate.capture.platforms import answered
from llmgate.capture.span import Json, Remark, by_span


def score(entry: dict[str, JsonValue]) -> Iterator[Remark]:
    """Read a score of any version of the API; one of a session or of an experiment is about no trace."""
    trace, span = _subject(entry)
    if trace is None:
        return
    if entry.get("dataType") == "CORRECTION":
        right = entry.get("stringValue") or entry.get("value")
        if isinstance(right, str) and right:
            yield Remark(trace=trace, span=span, expected=answered.text(right))
        return
    yield Remark(trace=trace, span=span, feedback=(_judgement(entry),))


def item(entry: dict[str, JsonValue]) -> Iterator[Remark]:
    """Read a dataset item that was made of a trace."""
    trace = values.name(entry.get("sourceTraceId"))
    right = answered.text(entry.get("expectedOutput"))
    if trace is not None and right is not None:
        yield Remark(trace=trace, span=values.name(entry.get("sourceObservationId")), expected=right)


def _subject(entry: Json) -> tuple[str | None, str | None]:
    subject = entry.get("subject")
    if not isinstance(subject, dict):
        return _of_trace(values.name(entry.get("traceId")), values.name(entry.get("observationId")))
    known = values.name(subject.get("id"))
    match subject.get("kind"):
        case "trace":
            return known, None
        case "observation":
            return _of_trace(values.name(subject.get("traceId")) or values.name(subject.get("trace_id")), known)
        case _:
            return None, None


def _of_trace(trace: str | None, span: str | None) -> tuple[str | None, str | None]:
    return (by_span(span) if trace is None and span is not None else trace), span


def _judgement(entry: Json) -> Json:
    """Write one judgement; the number beside a category or a text is Langfuse's own."""
    value, label = entry.get("value"), entry.get("stringValue")
    if isinstance(value, str):
        value, label = None, value
    match entry.get("dataType"):
        case "BOOLEAN":
            return feedback.of(entry.get("name"), score=value in (True, 1), comment=entry.get("comment"))
        case "CATEGORICAL" | "TEXT":
            return feedback.of(entry.get("name"), label=label, comment=entry.get("comment"))
        case _:
            return feedback.of(entry.get("name"), score=value, label=label, comment=entry.get("comment"))
