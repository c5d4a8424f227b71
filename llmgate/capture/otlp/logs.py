"""Log records that are events of spans → what each says of a span, and judgements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.capture.otlp import ending, envelope, events, steps
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.otlp.events import Event, Told
from llmgate.capture.otlp.steps import Step
from llmgate.capture.span import Json, Record, Remark, Span, by_response
from llmgate.conventions import Field, Happening

Object = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log record that says something of a span, or of an answer whose id it tells."""

    value: Object
    event: Event
    trace: str | None
    span: str | None
    response: str | None
    metadata: Json

    @property
    def is_placed(self) -> bool:
        """Tell whether it says what it is about; a whole call may be known by its answer alone."""
        match self.event.kind:
            case Happening.EVALUATION:
                return bool(self.traces)
            case Happening.DETAILS:
                return bool(self.span if self.trace else self.response)
            case Happening.MESSAGE | Happening.CHOICE | Happening.PROMPT | Happening.COMPLETION:
                return bool(self.trace and self.span)
            case _:
                return False

    @property
    def traces(self) -> list[str]:
        """Name the traces of what is read from it."""
        named = [self.trace] if self.trace else []
        if self.response and (self.event.kind is Happening.EVALUATION or not named):
            named.append(by_response(self.response))
        return named


def of(value: Object, metadata: Json) -> Log | None:
    """Read a log record; None where it is about no model, or does not tell about which."""
    event = events.of_log(value)
    log = Log(
        value=value,
        event=event,
        trace=envelope.identity(envelope.field(value, "traceId"), envelope.TRACE_BYTES),
        span=envelope.identity(envelope.field(value, "spanId"), envelope.SPAN_BYTES),
        response=Attributes().add(event.attributes).text(Field.RESPONSE),
        metadata=metadata,
    )
    return log if log.is_placed else None


def read(record: Record, logs: Iterable[Log]) -> Iterator[Span | Remark]:
    """Read the log records of an export: the messages of a span become one piece, in the order of time."""
    pieces: dict[tuple[str, str], list[Log]] = {}
    for log in logs:
        match log.event.kind:
            case Happening.EVALUATION:
                yield from _judgements(log)
            case Happening.DETAILS:
                yield from steps.read(_step(record, [log], Told(), piece=False))
            case _:
                pieces.setdefault((log.trace or "", log.span or ""), []).append(log)
    for found in pieces.values():
        found.sort(key=lambda log: ending.moment(log.value, "timeUnixNano", "observedTimeUnixNano"))
        yield from steps.read(_step(record, found, events.told(log.event for log in found), piece=True))


def _judgements(log: Log) -> Iterator[Remark]:
    judged = events.told([log.event]).judgements
    if log.trace:
        yield Remark(trace=log.trace, span=log.span, feedback=tuple(one.told for one in judged))
    yield from steps.remarks(judged)


def _step(record: Record, logs: list[Log], told: Told, *, piece: bool) -> Step:
    said = Attributes()
    for log in logs:
        said.add(log.event.attributes)
    first = logs[0]
    return Step(
        record=record,
        value={key: value for key, value in first.value.items() if key != "name"},
        trace=first.trace or by_response(first.response or ""),
        id=first.span or first.response or "",
        said=said,
        told=told,
        metadata=first.metadata,
        is_log=True,
        piece=piece,
    )
