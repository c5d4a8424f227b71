"""Evaluations sent to a backend for logs, over real HTTP and in protobuf."""

import socket

import pytest

from tests import otlpserver
from tests.unit.telemetry.test_exporting import KEY, PARENT, exported, variables
from tests.unit.telemetry.test_recording import ON

__all__ = ["variables"]


def told(spans):
    """The evaluations that the spans of a run have as events, with the span of each and when it was."""
    return [
        (span.trace, span.id, attributes, span)
        for span in spans
        for name, attributes in span.events
        if name == "gen_ai.evaluation.result"
    ]


def test_a_backend_for_logs_is_sent_each_evaluation_that_the_spans_have(tmp_path, variables):
    with otlpserver.serve() as backend:
        environment = variables(OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=f"{backend.url}/v1/logs", OTEL_SERVICE_NAME="gate")
        _, spans, notes = exported(tmp_path, environment, content=ON)
    assert (notes, set(backend.paths)) == ((), {"/v1/logs"})
    assert backend.resources[0]["service.name"] == "gate"
    assert {log.name for log in backend.logs} == {"gen_ai.evaluation.result"}
    which = ("llmgate.trial.id", "llmgate.fixture.id", "llmgate.arm", "llmgate.trial.index", "llmgate.stage")
    wanted = [
        (trace, identity, span.ended_ns, attributes | {name: span[name] for name in which})
        for trace, identity, attributes, span in told(spans)
    ]
    sent = [(log.trace, log.span, log.at_ns, log.attributes) for log in backend.logs]
    assert wanted
    assert sorted(sent, key=repr) == sorted(wanted, key=repr)


def test_spans_and_evaluations_go_to_one_endpoint_where_logs_are_asked_for(tmp_path, variables):
    with otlpserver.serve() as backend:
        environment = variables(OTEL_EXPORTER_OTLP_ENDPOINT=backend.url, OTEL_LOGS_EXPORTER="otlp")
        _, spans, notes = exported(tmp_path, environment)
    assert notes == ()
    assert set(backend.paths) == {"/v1/traces", "/v1/logs"}
    assert (len(backend.spans), len(backend.logs)) == (len(spans), len(told(spans)))


@pytest.mark.parametrize(
    "settings",
    [
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "{url}"},
        {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "{url}/v1/logs", "OTEL_LOGS_EXPORTER": "none"},
        {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "{url}/v1/logs", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_LOGS_EXPORTER": "otlp"},
    ],
    ids=str,
)
def test_where_nobody_asks_for_logs_none_are_sent(tmp_path, variables, settings):
    with otlpserver.serve() as backend:
        environment = variables(**{name: value.format(url=backend.url) for name, value in settings.items()})
        _, _, notes = exported(tmp_path, environment)
    assert ([path for path in backend.paths if "logs" in path], notes) == ([], ())


def test_headers_of_logs_are_sent_to_their_endpoint_alone(tmp_path, variables):
    with otlpserver.serve() as logs, otlpserver.serve() as traces:
        environment = variables(
            OTEL_EXPORTER_OTLP_ENDPOINT=traces.url, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=f"{logs.url}/v1/logs"
        )
        exported(tmp_path, {**environment, "OTEL_EXPORTER_OTLP_LOGS_HEADERS": f"x-api-key={KEY}"})
    assert {headers.get("x-api-key") for headers in logs.headers} == {KEY}
    assert {headers.get("x-api-key") for headers in traces.headers} == {None}


def test_an_evaluation_has_the_flags_of_the_trace_that_it_is_in(tmp_path, variables):
    with otlpserver.serve() as backend:
        environment = variables(OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=f"{backend.url}/v1/logs")
        exported(tmp_path, {**environment, "TRACEPARENT": PARENT[:-1] + "0"})
    assert {(log.trace, log.flags) for log in backend.logs} == {("4bf92f3577b34da6a3ce929d0e0e4736", 0)}


def test_a_dead_endpoint_for_logs_is_one_note_and_the_spans_are_sent(tmp_path, variables):
    with socket.socket() as taken, otlpserver.serve() as backend:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        environment = variables(
            OTEL_EXPORTER_OTLP_ENDPOINT=backend.url, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=f"http://{host}/v1/logs"
        )
        report, spans, (note,) = exported(tmp_path, environment)
    assert report.verdict.value == "passed"
    assert f"evaluations were not exported to {host}" in note
    assert len(backend.spans) == len(spans)


def test_a_refusal_names_what_was_refused_and_no_key(tmp_path, variables):
    with otlpserver.serve() as backend, otlpserver.serve(status=401) as logs:
        environment = variables(
            OTEL_EXPORTER_OTLP_ENDPOINT=backend.url, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=f"{logs.url}/v1/logs"
        )
        _, _, (note,) = exported(tmp_path, {**environment, "OTEL_EXPORTER_OTLP_HEADERS": f"x-api-key={KEY}"})
    assert "evaluations were not exported" in note
    assert "Unauthorized" in note
    assert KEY not in note


def test_a_protocol_of_logs_that_is_not_spoken_is_a_note(tmp_path, variables):
    environment = variables(
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT="http://127.0.0.1:9", OTEL_EXPORTER_OTLP_LOGS_PROTOCOL="grpc"
    )
    _, _, (note,) = exported(tmp_path, environment)
    assert note.startswith("no evaluations were exported: OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'")
