"""One span of Phoenix's, of its API or a row of a data frame → a step, read as any other of OpenTelemetry's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from llmgate import conventions
from llmgate.capture import values
from llmgate.capture.otlp import events, steps
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.otlp.events import Event
from llmgate.capture.otlp.steps import Step
from llmgate.capture.phoenix import judgements, nesting
from llmgate.capture.span import Json, Record, Remark, Span

_COLUMN = "attributes."
_ERROR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    trace: str
    span: str


def ids(entry: Json) -> Ids | None:
    """Return the ids of a span; None where it is none."""
    context = entry.get("context")
    told: Json = context if isinstance(context, dict) else {}
    trace = values.name(told.get("trace_id")) or values.name(entry.get("context.trace_id"))
    span = values.name(told.get("span_id")) or values.name(entry.get("context.span_id"))
    return Ids(trace=trace, span=span) if trace is not None and span is not None else None


def read(entry: Json, known: Ids, record: Record) -> Iterator[Span | Remark]:
    """Read a span, with the annotations that stand beside it."""
    told = events.told(_events(entry.get("events")))
    step = Step(
        record=record,
        value=_value(entry),
        trace=known.trace,
        id=known.span,
        said=Attributes().add(nesting.whole(_attributes(entry))),
        told=told,
        metadata={},
    )
    beside = tuple(judgements.judgement(each) for each in values.items(entry.get("annotations")) if _is_one(each))
    for one in steps.read(step):
        if isinstance(one, Span):
            yield replace(one, parent=values.name(entry.get("parent_id")), feedback=(*one.feedback, *beside))
        else:
            yield one


def _is_one(value: JsonValue) -> bool:
    return isinstance(value, dict) and "name" in value


def _value(entry: Json) -> dict[str, JsonValue]:
    """Write what stands beside the attributes as OTLP does."""
    failed = entry.get("status_code") == "ERROR"
    return {
        "name": values.text(entry.get("name")) or "",
        "startTimeUnixNano": values.nanoseconds(entry.get("start_time")),
        "endTimeUnixNano": values.nanoseconds(entry.get("end_time")),
        "status": {"code": _ERROR, "message": entry.get("status_message")} if failed else {},
    }


def _events(value: JsonValue) -> list[Event]:
    """Read those events that mean something."""
    return [
        Event(name, tuple(nesting.flat("", each.get("attributes"))))
        for each in values.items(value)
        if isinstance(each, dict) and isinstance(name := each.get("name"), str) and name in conventions.EVENTS
    ]


def _attributes(entry: Json) -> Iterator[tuple[str, JsonValue]]:
    """Yield the attributes under their whole names: the API has them in one object, a data frame in columns."""
    if (kind := values.text(entry.get("span_kind"))) is not None:
        yield "openinference.span.kind", kind
    yield from nesting.flat("", values.mapping(entry.get("attributes")))
    for name, value in entry.items():
        if name.startswith(_COLUMN):
            yield from nesting.flat(name.removeprefix(_COLUMN), value)
