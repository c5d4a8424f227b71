"""A payload of OTLP over HTTP, in protobuf or JSON → the export as OTLP JSON.

Bytes, values and depth are bounded before anything is built of them: two bytes of protobuf may be a value.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span
from pydantic import JsonValue

from llmgate.capture import records
from llmgate.capture.span import Unfit

MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
MAX_VALUES = 200_000
MAX_DEPTH = 32
JSON = "application/json"
PROTOBUF = "application/x-protobuf"

_GZIP = b"\x1f\x8b"
_READS_GZIP = 31

Object = dict[str, JsonValue]


def export(content_type: str, data: bytes) -> JsonValue:
    """Read one payload, which may be compressed with gzip.

    Raises:
        Unfit: where it is of another type, too large, or not what its type says.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (JSON, PROTOBUF):
        raise Unfit(f"its content type is neither {PROTOBUF} nor {JSON}")
    plain = _unpacked(data)
    if len(plain) > MAX_PAYLOAD_BYTES:
        raise Unfit(f"it is larger than {MAX_PAYLOAD_BYTES:,} bytes")
    return _of_json(plain) if kind == JSON else _of_protobuf(plain)


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        return zlib.decompressobj(_READS_GZIP).decompress(data, MAX_PAYLOAD_BYTES + 1)
    except zlib.error as error:
        raise Unfit("it begins as gzip does, and is none") from error


def _of_json(data: bytes) -> JsonValue:
    try:
        return records.decode(data)
    except records.Unreadable as error:
        raise Unfit(error.message) from error


def _of_protobuf(data: bytes) -> JsonValue:
    message = ExportTraceServiceRequest()
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise Unfit("it is no export of spans in protobuf") from error
    writing = _Writing()
    return {"resourceSpans": [writing.resource(each) for each in message.resource_spans]}


@dataclass(slots=True)
class _Writing:
    """Writes messages of protobuf as OTLP JSON, up to so many values."""

    left: int = MAX_VALUES

    def resource(self, message: ResourceSpans) -> JsonValue:
        self._spend()
        return {
            "resource": {"attributes": self._attributes(message.resource.attributes)},
            "scopeSpans": [{"spans": self._spans(scope.spans)} for scope in message.scope_spans],
        }

    def _spans(self, messages: Iterable[Span]) -> list[JsonValue]:
        self._spend()
        return [self._span(span) for span in messages]

    def _span(self, span: Span) -> JsonValue:
        self._spend()
        return {
            "traceId": span.trace_id.hex(),
            "spanId": span.span_id.hex(),
            "parentSpanId": span.parent_span_id.hex(),
            "name": span.name,
            "startTimeUnixNano": span.start_time_unix_nano,
            "endTimeUnixNano": span.end_time_unix_nano,
            "attributes": self._attributes(span.attributes),
            "droppedAttributesCount": span.dropped_attributes_count,
            "events": [self._event(event) for event in span.events],
            "status": {"code": int(span.status.code), "message": span.status.message},
        }

    def _event(self, event: Span.Event) -> JsonValue:
        self._spend()
        return {
            "name": event.name,
            "timeUnixNano": event.time_unix_nano,
            "attributes": self._attributes(event.attributes),
        }

    def _attributes(self, pairs: Iterable[KeyValue], depth: int = 0) -> list[JsonValue]:
        return [{"key": pair.key, "value": self._value(pair.value, depth)} for pair in pairs]

    def _value(self, value: AnyValue, depth: int) -> JsonValue:
        self._spend()
        if depth > MAX_DEPTH:
            raise Unfit(f"its values are nested deeper than {MAX_DEPTH} levels")
        match kind := value.WhichOneof("value"):
            case "array_value":
                return {kind: {"values": [self._value(each, depth + 1) for each in value.array_value.values]}}
            case "kvlist_value":
                return {kind: {"values": self._attributes(value.kvlist_value.values, depth + 1)}}
            case "bytes_value":
                return {kind: base64.b64encode(value.bytes_value).decode()}
            case "string_value" | "bool_value" | "int_value" | "double_value":
                return {kind: getattr(value, kind)}
            case _:
                return None

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unfit(f"it has more than {MAX_VALUES:,} values")
