"""OTLP JSON → spans: what OpenTelemetry's SDKs, the Collector and trace stores write, in any of the GenAI conventions.

A record is one export: `resourceSpans`, `resourceLogs`, or both. Log records with the content of a span become spans of
its ids; those with one message each become a piece for each span of the record.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture.otlp import about, envelope, events, logs, steps, values
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.otlp.envelope import Entry
from llmgate.capture.otlp.logs import Log
from llmgate.capture.otlp.steps import Step
from llmgate.capture.span import Json, Record, Remark, Span, Unfit, by_response
from llmgate.conventions import Field


def traces(value: JsonValue) -> Iterator[str]:
    """Name the traces of an export.

    Raises:
        Unfit: where it is not OTLP JSON, or a span is of no trace.
    """
    named: dict[str, None] = {}
    for entry in envelope.entries(value):
        if not entry.is_log:
            trace, _ = _ids(entry)
            named[trace] = None
            named.update(dict.fromkeys(_judged(entry)))
        elif log := logs.of(entry.value, {}):
            named.update(dict.fromkeys(log.traces))
    yield from named


def read(record: Record) -> Iterator[Span | Remark]:
    """Read the spans of an export, and what it says of others.

    Raises:
        Unfit: as `traces`.
    """
    told: list[Log] = []
    metadata: dict[int, Json] = {}
    for entry in envelope.entries(record.value):
        if id(entry.resource) not in metadata:
            resource = Attributes().add(values.attributes(entry.resource))
            metadata[id(entry.resource)] = about.metadata(resource)
        of_resource = metadata[id(entry.resource)]
        if not entry.is_log:
            yield from steps.read(_step(record, entry, of_resource))
        elif log := logs.of(entry.value, of_resource):
            told.append(log)
    yield from logs.read(record, told)


def _ids(entry: Entry) -> tuple[str, str]:
    trace = envelope.identity(envelope.field(entry.value, "traceId"), envelope.TRACE_BYTES)
    span = envelope.identity(envelope.field(entry.value, "spanId"), envelope.SPAN_BYTES)
    if trace is None or span is None:
        raise Unfit("a span without a traceId of 16 bytes and a spanId of 8, in hex or base64")
    return trace, span


def _step(record: Record, entry: Entry, metadata: Json) -> Step:
    trace, span = _ids(entry)
    told = events.told(events.of_span(entry.value.get("events")))
    said = Attributes().add(values.attributes(entry.value.get("attributes")))
    for details in told.details:
        said.add(details)
    return Step(record=record, value=entry.value, trace=trace, id=span, said=said, told=told, metadata=metadata)


def _judged(entry: Entry) -> Iterator[str]:
    """Name the answers, other than the span's own, that its events judge."""
    judged = events.told(events.of_span(entry.value.get("events"))).judgements if entry.value.get("events") else []
    if any(one.response for one in judged):
        own = Attributes().add(values.attributes(entry.value.get("attributes"))).text(Field.RESPONSE)
        yield from (by_response(one.response) for one in judged if one.response and one.response != own)
