"""Spans sent to a backend, over real HTTP and in protobuf."""

import socket
import time

import pytest

from tests import otlpserver, traces
from tests.unit.sampling import fakes
from tests.unit.telemetry.test_recording import BETTER, ON, ORIGIN, breaks, files

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
KEY = "hcaik_0123456789abcdef"


@pytest.fixture
def variables(monkeypatch):
    """Set variables where the SDK looks for them, and hand them over as the gate does."""

    def setting(**given):
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return given

    return setting


def exported(tmp_path, environment, *, client=None, redact=str, **more):
    (tmp_path / "run").mkdir(exist_ok=True)
    base = files(fixtures=tuple("abcdefgh"), **more)
    return traces.judged(tmp_path / "run", base, BETTER, client, environment=environment, redact=redact)


def test_a_backend_is_sent_the_spans_that_the_file_has(tmp_path, variables):
    extra = f"{ORIGIN}category: grounding\nhypothesis: {{statement: it guesses}}\n"
    with otlpserver.serve() as backend:
        environment = variables(OTEL_EXPORTER_OTLP_ENDPOINT=backend.url, OTEL_SERVICE_NAME="gate")
        client = fakes.FakeClient(answer=breaks)
        _, spans, notes = exported(tmp_path, environment, client=client, extra=extra, content=ON)
    assert notes == ()
    assert set(backend.paths) == {"/v1/traces"}
    assert {headers["content-type"] for headers in backend.headers} == {"application/x-protobuf"}
    assert backend.resources[0]["service.name"] == "gate"

    def key(span):
        return span.id

    assert sorted(backend.spans, key=key) == sorted(spans, key=key)


def test_an_endpoint_for_traces_is_taken_as_it_is_and_headers_go_with_it(tmp_path, variables):
    with otlpserver.serve() as backend:
        environment = variables(
            OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9",
            OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{backend.url}/api/public/otel/v1/traces",
            OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
        )
        headers = {"OTEL_EXPORTER_OTLP_HEADERS": f"x-honeycomb-team={KEY},authorization=Basic%20YTpi"}
        _, spans, notes = exported(tmp_path, {**environment, **headers})
    assert (notes, len(backend.spans)) == ((), len(spans))
    assert set(backend.paths) == {"/api/public/otel/v1/traces"}
    assert backend.headers[0]["x-honeycomb-team"] == KEY
    assert backend.headers[0]["authorization"] == "Basic YTpi"


def test_a_run_takes_its_place_in_the_trace_of_who_started_it(tmp_path, variables):
    with otlpserver.serve() as backend:
        environment = variables(OTEL_EXPORTER_OTLP_ENDPOINT=backend.url)
        _, spans, _ = exported(tmp_path, {**environment, "TRACEPARENT": PARENT, "TRACESTATE": "vendor=1"})
    for found in (backend.spans, spans):
        (root,) = traces.kinds(found)["llmgate"]
        assert {span.trace for span in found} == {"4bf92f3577b34da6a3ce929d0e0e4736"}
        assert root.parent == "00f067aa0ba902b7"


def test_a_trace_that_is_not_sampled_is_not_sent_and_the_file_has_it_all_the_same(tmp_path, variables):
    with otlpserver.serve() as backend:
        environment = variables(OTEL_EXPORTER_OTLP_ENDPOINT=backend.url)
        _, spans, notes = exported(tmp_path, {**environment, "TRACEPARENT": PARENT[:-1] + "0"})
    assert (backend.spans, notes) == ([], ())
    assert spans


@pytest.mark.parametrize(
    "off",
    [
        {"OTEL_SDK_DISABLED": "true"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
    ],
    ids=str,
)
def test_what_is_turned_off_is_not_sent(tmp_path, variables, off):
    with otlpserver.serve() as backend:
        _, _, notes = exported(tmp_path, variables(**{"OTEL_EXPORTER_OTLP_ENDPOINT": backend.url, **off}))
    assert (backend.paths, notes) == ([], ())


def test_a_protocol_that_is_not_spoken_is_a_note(tmp_path, variables):
    environment = variables(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", OTEL_EXPORTER_OTLP_PROTOCOL="grpc")
    report, _, notes = exported(tmp_path, environment)
    assert report.verdict.value == "passed"
    assert notes == ("no spans were exported: OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', and only http/protobuf is spoken",)


def dead():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_a_dead_endpoint_is_one_note_within_seconds_and_the_verdict_is_the_same(tmp_path, variables):
    start = time.monotonic()
    report, _, notes = exported(tmp_path, variables(OTEL_EXPORTER_OTLP_ENDPOINT=dead()))
    assert report.verdict.value == "passed"
    assert time.monotonic() - start < 9
    (note,) = notes
    assert "spans were not exported to 127.0.0.1:" in note


def test_an_endpoint_that_never_answers_is_given_up(tmp_path, variables):
    with otlpserver.serve(hang_s=30) as backend:
        start = time.monotonic()
        report, _, (note,) = exported(tmp_path, variables(OTEL_EXPORTER_OTLP_ENDPOINT=backend.url))
        assert time.monotonic() - start < 9
    assert report.verdict.value == "passed"
    assert "spans were not exported to 127.0.0.1:" in note


def test_a_refusal_is_a_note_without_the_key(tmp_path, variables):
    with otlpserver.serve(status=401) as backend:
        environment = variables(OTEL_EXPORTER_OTLP_ENDPOINT=backend.url)
        headers = {"OTEL_EXPORTER_OTLP_HEADERS": f"x-honeycomb-team={KEY}"}
        _, _, (note,) = exported(tmp_path, {**environment, **headers})
    assert "Unauthorized" in note
    assert KEY not in note


def test_headers_go_nowhere_else(tmp_path, variables):
    with otlpserver.serve() as other, otlpserver.serve(status=307, location=f"{other.url}/v1/traces") as backend:
        environment = variables(OTEL_EXPORTER_OTLP_ENDPOINT=backend.url)
        exported(tmp_path, {**environment, "OTEL_EXPORTER_OTLP_HEADERS": f"x-honeycomb-team={KEY}"})
    assert backend.paths
    assert other.paths == []


@pytest.mark.parametrize("name", ["OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"])
def test_a_variable_that_the_sdk_cannot_take_is_a_note(tmp_path, variables, name):
    report, _, notes = exported(
        tmp_path, variables(**{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", name: "-1"})
    )
    assert report.verdict.value == "passed"
    (note,) = notes
    assert note.startswith("no spans were exported: ValueError: ")
