"""Spans → one line of OTLP JSON, as the Collector's file exporter writes them and `llmgate capture otlp` reads.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hex, 64-bit integers as text, enums as numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from llmgate.conventions.spelling import Structure, Value
from llmgate.telemetry.span import Event, Link, Span

SCOPE = "llmgate"
_ERROR = 2


def line(spans: Iterable[Span], resource: Mapping[str, Value], version: str) -> str:
    """Write spans, whose values are clean, as one export in ASCII; it ends with the only end of a line."""
    scoped = {"scope": {"name": SCOPE, "version": version}, "spans": [_span(span) for span in spans]}
    export = {"resourceSpans": [{"resource": {"attributes": _attributes(resource)}, "scopeSpans": [scoped]}]}
    return json.dumps(export, allow_nan=False, separators=(",", ":")) + "\n"


def _span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {
        "traceId": span.trace,
        "spanId": span.id,
        **({"parentSpanId": span.parent} if span.parent else {}),
        "name": span.name,
        "kind": int(span.side),
        "startTimeUnixNano": str(span.started_ns),
        "endTimeUnixNano": str(span.ended_ns),
        "attributes": _attributes(span.attributes),
    }
    if span.events:
        told["events"] = [_event(event) for event in span.events]
    if span.links:
        told["links"] = [_link(link) for link in span.links]
    status = {"code": _ERROR, **({"message": span.message} if span.message else {})} if span.failed else {}
    return {**told, "status": status}


def _event(event: Event) -> dict[str, Any]:
    return {"timeUnixNano": str(event.at_ns), "name": event.name, "attributes": _attributes(event.attributes)}


def _link(link: Link) -> dict[str, Any]:
    return {"traceId": link.trace, "spanId": link.span, "attributes": _attributes(link.attributes)}


def _attributes(pairs: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _typed(value)} for name, value in pairs.items()]


def _typed(value: Value) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int() if -(2**63) <= value < 2**63:
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case tuple():
            return {"arrayValue": {"values": [_typed(item) for item in value]}}
        case Structure():
            raise TypeError("a structure is written as JSON before it is written here")
        case _:
            return {"stringValue": str(value)}
