"""Spans of an application, from its own OpenTelemetry exporter and from others."""

import asyncio
import gzip
import json
import os
import sys

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from llmgate.broker import receiving, visit
from tests import otlp
from tests.unit.broker.asking import entered, post

PROGRAM = """
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
with provider.get_tracer("app").start_as_current_span("answer the customer"):
    pass
provider.shutdown()
"""
TOLD = json.dumps(otlp.spans(otlp.span())).encode()
JSON = {"content-type": "application/json"}


async def test_an_exporter_with_nothing_but_the_environment_finds_its_way(store):
    async with entered(store) as (_, _, into):
        environment = {"PATH": os.environ["PATH"], **into.environment(), "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, env=environment)
        await process.wait()
    assert process.returncode == 0
    [received] = into.spans
    assert received.content_type == "application/x-protobuf"
    read = ExportTraceServiceRequest.FromString(received.body)
    assert read.resource_spans[0].scope_spans[0].spans[0].name == "answer the customer"


async def test_spans_in_json_are_kept_as_they_are(store):
    async with entered(store) as (_, _, into):
        told = await post(into, "/v1/traces", data=TOLD, headers=JSON)
        await post(into, "/v1/traces", data=gzip.compress(TOLD), headers={**JSON, "content-encoding": "gzip"})
    assert (told.status, told.json) == (200, {})
    assert [(one.content_type, one.body) for one in into.spans] == [("application/json", TOLD)] * 2


@pytest.mark.parametrize("signal", ["metrics", "logs"])
async def test_other_signals_are_taken_and_dropped(store, signal):
    async with entered(store) as (_, _, into):
        told = await post(into, f"/v1/{signal}", data=b"\n\0", headers={"content-type": "application/x-protobuf"})
    assert (told.status, told.body, into.spans, into.refused) == (200, b"", [], None)


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (gzip.compress(b" " * (receiving.MAX_PAYLOAD_BYTES + 1)), {"content-encoding": "gzip"}, 413),
        (gzip.compress(TOLD)[:-9], {"content-encoding": "gzip"}, 413),
        (TOLD, {"content-encoding": "gzip"}, 400),
        (TOLD, {"content-encoding": "br"}, 415),
        (TOLD, {"content-type": "text/plain"}, 415),
        (b" " * (receiving.MAX_PAYLOAD_BYTES + 1), {}, 413),
    ],
    ids=["a bomb", "cut off", "no gzip", "another encoding", "another type", "too long"],
)
async def test_what_is_no_payload_is_refused(store, data, headers, status):
    async with entered(store) as (_, _, into):
        told = await post(into, "/v1/traces", data=data, headers={**JSON, **headers})
    assert (told.status, into.spans) == (status, [])


async def test_spans_without_the_token_are_turned_away(store):
    async with entered(store) as (_, _, into):
        told = await post(into, "/v1/traces", data=TOLD, headers=JSON, token="none")
    assert (told.status, into.spans) == (401, [])


async def test_spans_are_bounded_in_bytes_and_number_and_the_rest_is_counted(store):
    half = b" " * (visit.MAX_SPAN_BYTES // 2)
    async with entered(store) as (_, _, into):
        for data in (half, half, b" "):
            assert (await post(into, "/v1/traces", data=data, headers=JSON)).status == 200
    assert (len(into.spans), into.spans_left_out) == (2, 1)
