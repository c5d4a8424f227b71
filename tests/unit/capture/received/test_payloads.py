"""Payloads of OTLP, of the right type and of the wrong one."""

import gzip

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from llmgate.capture.otlp import values
from llmgate.capture.received import payloads
from llmgate.capture.span import Unfit


def protobuf(value: AnyValue) -> bytes:
    export = ExportTraceServiceRequest()
    span = export.resource_spans.add().scope_spans.add().spans.add(trace_id=b"t" * 16, span_id=b"s" * 8)
    span.attributes.append(KeyValue(key="it", value=value))
    return export.SerializeToString()


def read(value: AnyValue):
    (resource,) = payloads.export(payloads.PROTOBUF, protobuf(value))["resourceSpans"]
    (scope,) = resource["scopeSpans"]
    ((_, told),) = values.attributes(scope["spans"][0]["attributes"])
    return values.plain(told)


def deep(levels: int) -> AnyValue:
    value = AnyValue(string_value="x")
    for _ in range(levels):
        outer = AnyValue()
        outer.array_value.values.append(value)
        value = outer
    return value


def several() -> AnyValue:
    value = AnyValue()
    value.kvlist_value.values.add(key="a", value=AnyValue(int_value=-(2**63)))
    return value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (AnyValue(string_value="é"), "é"),
        (AnyValue(bool_value=False), False),
        (AnyValue(int_value=2**53 + 1), 2**53 + 1),
        (AnyValue(double_value=0.5), 0.5),
        (AnyValue(double_value=float("nan")), None),
        (AnyValue(bytes_value=b"\xff"), "/w=="),
        (deep(1), ["x"]),
        (several(), {"a": -(2**63)}),
        (AnyValue(), None),
    ],
)
def test_every_type_of_value_is_read_from_protobuf(value, told):
    assert read(value) == told


def test_values_that_are_nested_too_deep_are_refused():
    with pytest.raises(Unfit, match="deeper than 32 levels"):
        read(deep(payloads.MAX_DEPTH + 1))


def test_a_small_payload_of_many_values_is_refused():
    span = b"\x4a\x00" * (payloads.MAX_VALUES + 1)
    data = _field(1, _field(2, _field(2, span)))
    with pytest.raises(Unfit, match="more than 200,000 values"):
        payloads.export(payloads.PROTOBUF, data)


def test_a_small_payload_that_unpacks_to_a_large_one_is_refused():
    data = gzip.compress(b" " * (payloads.MAX_PAYLOAD_BYTES + 1))
    with pytest.raises(Unfit, match="larger than 8,388,608 bytes"):
        payloads.export(payloads.JSON, data)


def test_a_large_payload_is_refused():
    with pytest.raises(Unfit, match="larger than"):
        payloads.export(payloads.JSON, b" " * (payloads.MAX_PAYLOAD_BYTES + 1))


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("application/json", b"{"),
        ("application/json", b"[" * 200 + b"]" * 200),
        ("application/x-protobuf", b"{}"),
        ("application/x-protobuf", b"\x1f\x8b\x08broken"),
        ("application/grpc", b""),
        ("", b""),
    ],
)
def test_what_is_no_payload_is_unfit(content_type, data):
    with pytest.raises(Unfit):
        payloads.export(content_type, data)


def _field(number: int, data: bytes) -> bytes:
    size, rest = b"", len(data)
    while rest > 127:
        size, rest = size + bytes([rest & 127 | 128]), rest >> 7
    return bytes([number << 3 | 2]) + size + bytes([rest]) + data
