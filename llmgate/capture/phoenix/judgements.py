"""Phoenix's annotations, of a span or of a trace → feedback."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import feedback, values
from llmgate.capture.span import Json, Remark, by_span


def is_one(entry: Json) -> bool:
    """Tell whether an object is an annotation, with what it is about."""
    subject = values.name(entry.get("span_id")) or values.name(entry.get("trace_id"))
    return "name" in entry and "result" in entry and subject is not None


def remarks(entry: dict[str, JsonValue]) -> Iterator[Remark]:
    """Read an annotation; that of a span names no trace."""
    trace, span = values.name(entry.get("trace_id")), values.name(entry.get("span_id"))
    if trace is None and span is not None:
        trace = by_span(span)
    if trace is not None:
        yield Remark(trace=trace, span=span, feedback=(judgement(entry),))


def judgement(entry: JsonValue) -> Json:
    """Read one judgement, whose result may stand beside its name."""
    told = values.mapping(entry)
    result = values.mapping(told.get("result")) or told
    return feedback.of(
        told.get("name"), score=result.get("score"), label=result.get("label"), comment=result.get("explanation")
    )
