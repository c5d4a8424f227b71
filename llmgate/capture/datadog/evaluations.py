"""Datadog's evaluations, on a span or submitted apart from it → feedback."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import feedback, values
from llmgate.capture.span import Json, Remark

_VALUES = ("score_value", "boolean_value", "categorical_value", "json_value")


def is_one(entry: Json) -> bool:
    """Tell whether an object is an evaluation that was submitted: a label, a value, and the span that it is of."""
    return "label" in entry and any(key in entry for key in _VALUES)


def remarks(entry: dict[str, JsonValue]) -> Iterator[Remark]:
    """Read a submitted evaluation; one that is joined by a tag is about no span that is known."""
    span = values.mapping(values.mapping(entry.get("join_on")).get("span")) or entry
    trace, known = values.name(span.get("trace_id")), values.name(span.get("span_id"))
    if trace is not None:
        value = next((entry[key] for key in _VALUES if entry.get(key) is not None), None)
        yield Remark(trace=trace, span=known, feedback=(_judgement(entry.get("label"), value, entry),))


def of_span(entry: Json, meta: Json) -> tuple[Json, ...]:
    """Read the evaluations that a span holds, by their names."""
    told = values.mapping(entry.get("evaluation") or entry.get("evaluations") or meta.get("evaluations"))
    found = ((name, values.mapping(each)) for name, each in told.items())
    return tuple(_judgement(name, each.get("value"), each) for name, each in found if each)


def _judgement(name: JsonValue, value: JsonValue, told: Json) -> Json:
    """Write one; the assessment (pass or fail) says what a value means."""
    label = values.text(told.get("assessment")) or (value if isinstance(value, str) else None)
    comment = values.first(told, "reasoning", "comment")
    if isinstance(value, str) and value != label:
        comment = value if comment is None else f"{value}: {comment}"
    return feedback.of(name, score=value if isinstance(value, int | float) else None, label=label, comment=comment)
