"""The trace of a run, as a process writes and sends it; and a repository that captures its own."""

import json
import time

import pytest

from tests import fakehub, gitserver, jobs, modelserver, otlpserver, project, traces

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
BACKEND_KEY = "hcaik_0123456789abcdefghij"
ON = "telemetry: {content: true}\n"


@pytest.fixture
def model():
    with modelserver.serve(project.obedient) as server:
        yield server


def gated(tmp_path, model, *, changed=WORSE, environment=None, extra=""):
    shop = project.Project.create(
        tmp_path / "repository",
        project.files(model.url, key="HOUSE_KEY", extra=extra, policy="  diagnose: {budget: {calls: 200}}\n"),
    )
    shop.pull(changed)
    variables = {"HOUSE_KEY": project.KEY, **(environment or {})}
    path = tmp_path / "traces.jsonl"
    return shop, project.gate(shop, tmp_path, "--traces", path, environment=variables), path


def test_a_run_writes_its_trace_and_no_word_of_what_was_said(tmp_path, model):
    _, ended, path = gated(tmp_path, model)
    spans = traces.read(path)
    assert (ended.code, ended.stderr) == (1, "")
    assert len(traces.kinds(spans)["chat"]) == ended.report["calls"]["made"] + ended.report["diagnosis"]["calls"]
    assert {span["llmgate.stage"] for span in traces.kinds(spans)["trial"]} == {"screen", "confirm", "diagnosis"}
    for said in ("Returns are free", "May I return", "Within 14 days", "I believe", "support bot", project.KEY):
        assert said not in path.read_text()


def test_the_trials_of_a_diagnosis_say_what_was_changed(tmp_path, model):
    _, _, path = gated(tmp_path, model)
    diagnosing = [span for span in traces.kinds(traces.read(path))["trial"] if span["llmgate.stage"] == "diagnosis"]
    assert all(span["llmgate.diagnosis.arm"] for span in diagnosing)
    assert {span["llmgate.fixture.id"] for span in diagnosing} <= {f"case-{number:03d}" for number in range(12)}


def test_a_run_that_is_traced_comes_to_the_same_report(tmp_path, model):
    shop, traced, _ = gated(tmp_path, model)
    plain = project.command(
        *("gate", "--base", "main", "--head", f"pr-{project.NUMBER}", "--json", tmp_path / "plain.json"),
        *("--store", tmp_path / "other.sqlite"),
        cwd=shop.origin.path,
        environment={"HOUSE_KEY": project.KEY},
    )
    other = json.loads((tmp_path / "plain.json").read_text())
    assert plain.code == traced.code
    assert {**traced.report, "seconds": 0} == {**other, "seconds": 0}


def test_a_run_is_sent_to_the_backend_under_the_span_that_started_it(tmp_path, model):
    with otlpserver.serve() as backend:
        environment = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": backend.url,
            "OTEL_EXPORTER_OTLP_HEADERS": f"x-honeycomb-team={BACKEND_KEY}",
            "TRACEPARENT": PARENT,
        }
        _, ended, path = gated(tmp_path, model, environment=environment)
    spans = traces.read(path)
    assert ended.stderr == ""
    assert sorted(span.id for span in backend.spans) == sorted(span.id for span in spans)
    assert {span.trace for span in backend.spans} == {"4bf92f3577b34da6a3ce929d0e0e4736"}
    assert {headers["x-honeycomb-team"] for headers in backend.headers} == {BACKEND_KEY}


@pytest.mark.parametrize("parent", ["", "garbage", "00-0-0-01", PARENT[:-1] + "x", "ff" + PARENT[2:], PARENT * 50])
def test_a_malformed_parent_begins_a_trace_of_its_own_and_is_no_complaint(tmp_path, model, parent):
    _, ended, path = gated(tmp_path, model, changed={"README.md": "x"}, environment={"TRACEPARENT": parent})
    (root,) = traces.read(path)
    assert (ended.code, ended.stderr, root.parent) == (0, "", None)


def test_a_dead_backend_costs_seconds_and_a_note(tmp_path, model):
    start = time.monotonic()
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_EXPORTER_OTLP_HEADERS": f"x-honeycomb-team={BACKEND_KEY}",
    }
    _, ended, path = gated(tmp_path, model, changed={"README.md": "x"}, environment=environment)
    assert time.monotonic() - start < 12
    assert ended.code == 0
    assert ended.stderr.startswith("note: 1 of 1 spans were not exported to 127.0.0.1:9")
    assert ended.stderr.count("\n") == 1
    assert BACKEND_KEY not in ended.stderr + path.read_text()


def test_a_repository_that_captures_its_own_trace_finds_the_fixtures_it_has(tmp_path, model):
    shop, _, path = gated(tmp_path, model, changed={"prompts/support.jinja": project.prompt("Be kind.")}, extra=ON)
    shop.origin("checkout", "-q", f"pr-{project.NUMBER}")
    ended = project.command("capture", "otlp", path, "--out", "fixtures/captured", cwd=shop.origin.path)
    assert ended.code == 0, ended.stderr
    assert list((shop.origin.path / "fixtures" / "captured").glob("*.yaml")) == []
    for number in range(12):
        assert f"case-{number:03d}" in ended.stdout + ended.stderr


def test_the_action_writes_the_trace_beside_the_report_and_tells_where(tmp_path, model):
    shop = project.Project.create(tmp_path / "git" / project.REPOSITORY, project.files(model.url))
    pull = shop.pull(WORSE)
    with fakehub.serve() as hub, gitserver.serving(tmp_path / "git") as git, otlpserver.serve() as backend:
        hub.pull(project.NUMBER, head=pull.head)
        (tmp_path / "jobs").mkdir()
        job = jobs.Job(folder=tmp_path / "jobs", git_url=git.origin(), api_url=hub.url)
        env = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": backend.url,
            "OTEL_EXPORTER_OTLP_HEADERS": f"x-honeycomb-team={BACKEND_KEY}",
        }
        inputs, github = {"traceparent": PARENT}, {"workflow": "gate"}
        ended = job.run(pull, project.event(pull), inputs=inputs, github=github, env=env)
    path = job.container().temp / "llmgate" / "traces.jsonl"
    spans = traces.read(path)
    (root,) = traces.kinds(spans)["llmgate"]
    assert (ended.code, ended.outputs["traces"]) == (1, str(path))
    assert (root["vcs.change.id"], root["vcs.repository.name"], root["cicd.pipeline.name"]) == ("7", "shop", "gate")
    assert root["vcs.ref.head.revision"] == pull.head
    assert root.parent == "00f067aa0ba902b7"
    assert len(backend.spans) == len(spans)
    assert {headers["x-honeycomb-team"] for headers in backend.headers} == {BACKEND_KEY}
