"""A run of the gate, told."""

import json

import pytest

from llmgate.errors import CallLost
from llmgate.redaction import Redactor
from tests import traces
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import FakeClient, said

BETTER = {"prompts/p.md": "Answer better: {{ question }}\n"}
ON = "telemetry: {content: true}\n"
CANARY = "canary-4711-blue-heron"
ORIGIN = 'origin: {kind: production, trace: "4bf92f3577b34da6a3ce929d0e0e4736", span: "00F067AA0BA902B7"}\n'
TOOLS = """tools:
  definitions: [{name: find, description: Finds, parameters: {type: object, properties: {id: {type: string}}}}]
  results: [{name: find, arguments: {id: A1}, result: {status: sent}}]
"""
DOCUMENTS = """context:
  index: {name: handbook, digest: "sha256:0123456789abcdef"}
  documents: [{id: returns.md#1, text: within 14 days, score: 0.5, metadata: {page: 3}}]
"""


def breaks(asked):
    return "bad" if "better" in asked.text else "good"


def asks_a_tool(asked):
    if asked.request.tools and asked.request.messages[-1].role != "tool":
        return said(calls=[("c1", "find", {"id": "A1"})])
    return "good"


def files(*, extra="", content="", fixtures=("a",)):
    found = fakes.files(fixtures=fixtures, extra=content)
    return {**found, **{f"fixtures/{name}.yaml": fakes.case(name, extra=extra) for name in fixtures}}


def told(tmp_path, client=None, *, extra="", content="", fixtures=("a",), **more):
    return traces.judged(tmp_path, files(extra=extra, content=content, fixtures=fixtures), BETTER, client, **more)


def test_a_run_is_one_trace_and_each_trial_a_branch_of_it(tmp_path):
    report, spans, _ = told(tmp_path, fixtures=("a", "b"))
    found = traces.kinds(spans)
    (root,) = found["llmgate"]
    assert len({span.trace for span in spans}) == 1
    assert root.parent is None
    assert {span.parent for span in found["trial"]} == {root.id}
    assert len(found["trial"]) == len(found["chat"]) == report.calls.made
    assert {span.parent for span in found["chat"]} == {span.id for span in found["trial"]}
    assert len({span.id for span in spans}) == len(spans)


def test_a_call_tells_who_was_asked_and_how_and_what_it_took(tmp_path):
    _, spans, _ = told(tmp_path, FakeClient(answer=lambda _: said("good", served="m-2026-01-15-eu"), cost_usd=0.5))
    call = next(span for span in traces.kinds(spans)["chat"] if span["llmgate.trial.id"] == "a/head/0")
    assert call.name == "chat m-2026-01-15"
    expected = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "house",
        "gen_ai.request.model": "m-2026-01-15",
        "gen_ai.request.temperature": 0.3,
        "llm.invocation_parameters": '{"temperature":0.3}',
        "gen_ai.response.model": "m-2026-01-15-eu",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.prompt.name": "prompts/p.md",
        "llmgate.arm": "head",
        "llmgate.cost_usd": 0.5,
        "llmgate.stage": "screen",
    }
    assert {name: call[name] for name in expected} == expected
    assert call["gen_ai.prompt.version"].startswith("sha256:")


def test_the_arms_have_other_versions_of_the_prompt_and_a_run_has_one_of_each(tmp_path):
    _, spans, _ = told(tmp_path)
    versions = {(span["llmgate.arm"], span["gen_ai.prompt.version"]) for span in traces.kinds(spans)["chat"]}
    assert len(versions) == len(dict(versions)) == len({version for _, version in versions}) == 2


def test_a_call_lasts_as_long_as_it_took_and_ends_when_it_was_finished(tmp_path):
    _, spans, _ = told(tmp_path)
    for call in traces.kinds(spans)["chat"]:
        assert call.ended_ns - call.started_ns == 250_000_000
        assert call.ended_ns == traces.AT * 1_000_000_000


def test_a_seed_is_that_of_each_call(tmp_path):
    _, spans, _ = told(tmp_path, extra="seed: 7\n")
    seeds = {span["llmgate.trial.id"]: span["gen_ai.request.seed"] for span in traces.kinds(spans)["chat"]}
    assert seeds["a/head/0"] == seeds["a/base/0"] == 7
    assert len(set(seeds.values())) == len(seeds) - 1


def test_confidence_is_told_and_where_it_lacked(tmp_path):
    answer = fakes.dataclasses.replace(said("good"), logprobs=(-0.1, -2.0, -1.0, -0.2, -3.0))
    _, spans, _ = told(tmp_path, FakeClient(answer=lambda _: answer))
    call = traces.kinds(spans)["chat"][0]
    assert call["llmgate.logprob.mean"] == pytest.approx(-1.26)
    assert (call["llmgate.logprob.min"], call["llmgate.logprob.low"]) == (-3.0, ["1-2", "4-4"])


def test_documents_are_told_by_ids_and_scores_and_with_content_by_their_texts(tmp_path):
    _, spans, _ = told(tmp_path, extra=DOCUMENTS)
    search = traces.kinds(spans)["retrieval"][0]
    assert (search.name, search["gen_ai.data_source.id"]) == ("retrieval handbook", "handbook")
    assert search["llmgate.index.digest"] == "sha256:0123456789abcdef"
    assert search.json("gen_ai.retrieval.documents") == [{"id": "returns.md#1", "score": 0.5}]
    (tmp_path / "on").mkdir()
    _, spans, _ = told(tmp_path / "on", extra=DOCUMENTS, content=ON)
    assert traces.kinds(spans)["retrieval"][0].json("gen_ai.retrieval.documents") == [
        {"id": "returns.md#1", "score": 0.5, "content": "within 14 days", "metadata": {"page": 3}}
    ]


def test_a_tool_stands_between_the_calls_with_what_it_answered(tmp_path):
    _, spans, _ = told(tmp_path, FakeClient(answer=asks_a_tool), extra=TOOLS, content=ON)
    trial = [span for span in spans if span["llmgate.trial.id"] == "a/head/0"]
    assert [span.name for span in trial] == ["chat m-2026-01-15", "execute_tool find", "chat m-2026-01-15", "trial a"]
    first, tool, second, _ = trial
    assert first.started_ns < first.ended_ns == tool.started_ns == second.started_ns < second.ended_ns
    assert tool["gen_ai.tool.call.id"] == "c1"
    assert (tool.json("gen_ai.tool.call.arguments"), tool.json("gen_ai.tool.call.result")) == (
        {"id": "A1"},
        {"status": "sent"},
    )
    assert [message["role"] for message in first.json("gen_ai.input.messages")] == ["user"]
    assert [message["role"] for message in second.json("gen_ai.input.messages")] == ["user", "assistant", "tool"]
    assert first.json("gen_ai.tool.definitions")[0]["name"] == "find"


def test_each_assertion_is_an_evaluation_of_the_trial(tmp_path):
    _, spans, _ = told(tmp_path, FakeClient(answer=breaks), content=ON)
    trial = next(span for span in traces.kinds(spans)["trial"] if span["llmgate.trial.id"] == "a/head/0")
    ((name, event),) = trial.events
    assert name == "gen_ai.evaluation.result"
    assert {key: event[key] for key in event if key != "gen_ai.evaluation.explanation"} == {
        "gen_ai.evaluation.name": "contains",
        "gen_ai.evaluation.score.value": 0.0,
        "gen_ai.evaluation.score.label": "fail",
        "llmgate.assertion.weight": 1.0,
    }
    assert "good" in event["gen_ai.evaluation.explanation"]
    assert (trial["test.case.name"], trial["test.case.result.status"], trial["llmgate.outcome"]) == (
        "a",
        "fail",
        "failed",
    )


def test_the_verdict_stands_on_the_run_and_what_got_worse_beside_it(tmp_path):
    many = tuple("abcdefgh")
    report, spans, _ = told(tmp_path, FakeClient(answer=breaks), fixtures=many)
    (root,) = traces.kinds(spans)["llmgate"]
    assert report.verdict.value == root["llmgate.verdict"] == "regressed"
    assert (root["cicd.pipeline.task.run.result"], root["test.suite.run.status"]) == ("failure", "failure")
    assert (root["vcs.ref.base.revision"], root["vcs.ref.head.revision"]) == ("base", "head")
    assert root.status == {"code": 2, "message": "regressed"}
    worse = {event["llmgate.fixture.id"] for name, event in root.events if name == "llmgate.fixture.result"}
    assert worse >= {fixture.id for fixture in report.broken}


def test_a_green_run_is_no_error(tmp_path):
    report, spans, _ = told(tmp_path, fixtures=tuple("abcdefgh"))
    (root,) = traces.kinds(spans)["llmgate"]
    assert (report.exit_code, root.status, root["cicd.pipeline.task.run.result"]) == (0, {}, "success")


def test_what_is_not_applicable_is_a_run_alone(tmp_path):
    _, spans, _ = traces.judged(tmp_path, files(), {"README.md": "x"})
    assert [(span.name, span["test.suite.run.status"]) for span in spans] == [("llmgate gate", "skipped")]


def test_a_run_that_could_not_read_its_configuration_is_told_as_an_error(tmp_path):
    _, spans, _ = traces.judged(tmp_path, {"README.md": "x"}, files())
    assert [(span["llmgate.verdict"], span["cicd.pipeline.task.run.result"]) for span in spans] == [
        ("not_evaluated", "error")
    ]


def test_a_trial_is_linked_to_the_production_trace_that_its_fixture_came_from(tmp_path):
    extra = f"{ORIGIN}category: grounding\nhypothesis: {{statement: it guesses}}\n"
    _, spans, _ = told(tmp_path, extra=extra)
    assert traces.kinds(spans)["trial"][0].links == [("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")]


@pytest.mark.parametrize("trace", ["0" * 32, "not hex", "", "4bf92f3577b34da6a3ce929d0e0e473g"])
def test_what_is_no_trace_is_not_linked(tmp_path, trace):
    origin = f'origin: {{kind: production, trace: "{trace}", span: "00f067aa0ba902b7"}}\n'
    _, spans, _ = told(tmp_path, extra=f"{origin}category: grounding\nhypothesis: {{statement: it guesses}}\n")
    assert traces.kinds(spans)["trial"][0].links == []


def test_trials_of_an_earlier_run_are_told_again_and_marked_at_the_time_of_this_run(tmp_path):
    told(tmp_path)
    time = fakes.FakeClock(seconds=traces.AT + 86_400)
    recorder = traces.opened(tmp_path / "again.jsonl", clock=time.clock)
    fakes.judged(tmp_path, files(), BETTER, time=time, things={"recorder": recorder})
    recorder.close()
    found = traces.kinds(traces.read(tmp_path / "again.jsonl"))
    assert all(span["llmgate.reused"] for span in (*found["chat"], *found["trial"]))
    assert {span.ended_ns for span in found["chat"]} == {(traces.AT + 86_400) * 1_000_000_000}
    assert found["trial"][0]["llmgate.finished_at"] == "2026-09-21T14:13:20.000+00:00"


def test_equal_runs_have_equal_spans_and_another_run_has_others(tmp_path):
    (tmp_path / "again").mkdir()
    (tmp_path / "other").mkdir()
    first, again = (told(folder)[1] for folder in (tmp_path, tmp_path / "again"))
    key = sorted(span.id for span in first)
    assert sorted(span.id for span in again) == key
    path = tmp_path / "other" / "t.jsonl"
    recorder = traces.opened(path, clock=fakes.FakeClock(seconds=traces.AT + 1).clock)
    fakes.judged(tmp_path / "other", files(), BETTER, things={"recorder": recorder})
    recorder.close()
    assert not {span.id for span in traces.read(path)} & set(key)


def test_a_call_without_an_answer_is_an_error_and_no_failure(tmp_path):
    def lost(asked):
        return CallLost(f"reset {CANARY}", id="provider-unreachable") if asked.seed == 7 else "good"

    _, spans, _ = told(tmp_path, FakeClient(answer=lost), extra="seed: 7\n")
    trial = next(span for span in traces.kinds(spans)["trial"] if span["llmgate.trial.id"] == "a/head/0")
    call = next(span for span in traces.kinds(spans)["chat"] if span.parent == trial.id)
    assert (trial["llmgate.outcome"], trial["test.case.result.status"]) == ("error", None)
    assert (trial.status, call["error.type"], call["gen_ai.request.seed"]) == ({"code": 2}, "no_answer", 7)
    assert CANARY not in (tmp_path / "traces.jsonl").read_text()


def test_a_miss_is_told_by_its_kind(tmp_path):
    def calls_another(asked):
        return said(calls=[("c1", CANARY, {"id": CANARY})])

    _, spans, _ = told(tmp_path, FakeClient(answer=calls_another), extra=TOOLS)
    assert traces.kinds(spans)["trial"][0]["llmgate.miss"] == "hallucinated_tool"
    assert CANARY not in (tmp_path / "traces.jsonl").read_text()


def test_without_content_nothing_that_was_said_is_told(tmp_path):
    extra = (
        f"input: {{messages: [{{role: user, content: {CANARY}-1}}]}}\n"
        f"context: {{documents: [{{id: a, text: {CANARY}-2, metadata: {{note: {CANARY}-3}}}}]}}\n"
        + TOOLS.replace("sent", f"{CANARY}-4").replace("Finds", f"{CANARY}-5")
        + f'assert: [{{type: contains, value: "{CANARY}-6"}}]\n'
    )
    found = files(extra="")
    text = fakes.case("a").splitlines()
    found["fixtures/a.yaml"] = "\n".join([*text[:2], extra])
    found["prompts/p.md"] = "Answer.\n"

    def answer(asked):
        told = asks_a_tool(asked)
        return f"{CANARY}-7" if told == "good" else told

    traces.judged(tmp_path, found, {"prompts/p.md": f"Answer {CANARY}-8.\n"}, FakeClient(answer=answer))
    written = (tmp_path / "traces.jsonl").read_text()
    assert '"execute_tool find"' in written
    assert CANARY not in written


def test_a_pull_request_cannot_turn_content_on(tmp_path):
    head = {**BETTER, "llmgate.yaml": files(content=ON)["llmgate.yaml"]}
    traces.judged(tmp_path, files(), head, FakeClient(answer=lambda _: f"good {CANARY}"))
    assert CANARY not in (tmp_path / "traces.jsonl").read_text()


def test_with_content_all_of_it_is_redacted(tmp_path):
    client = FakeClient(answer=lambda _: f"good {CANARY}")
    told(tmp_path, client, content=ON, redact=Redactor([CANARY]).text)
    written = (tmp_path / "traces.jsonl").read_text()
    assert "good [redacted]" in written
    assert CANARY not in written


@pytest.mark.parametrize("answer", ["good \u2028 \x00 \x1b[31m", '"}]}\n{"resourceSpans": [', "good" * 50_000])
def test_hostile_text_stays_within_its_line_and_its_value(tmp_path, answer):
    _, spans, notes = told(tmp_path, FakeClient(answer=lambda _: answer), content=ON)
    call = traces.kinds(spans)["chat"][0]
    (message,) = call.json("gen_ai.output.messages")
    assert message["parts"] == [{"type": "text", "content": answer}]
    assert notes == ()


def test_a_trial_is_written_when_it_ends_and_kept_nowhere(tmp_path):
    path, lines = tmp_path / "traces.jsonl", []
    recorder = traces.opened(path)
    things = {"recorder": recorder, "tell": lambda _: lines.append(path.read_bytes().count(b"\n"))}
    fakes.judged(tmp_path, files(fixtures=tuple("abcdefghij"), content=ON), BETTER, things=things)
    recorder.close()
    assert lines[-1] > len(lines) / 2


def test_a_file_that_cannot_be_written_is_a_note_and_the_verdict_is_the_same(tmp_path):
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    recorder = traces.opened(full)
    report = fakes.judged(tmp_path, files(fixtures=tuple("abcdefgh")), BETTER, things={"recorder": recorder})
    assert report.verdict.value == "passed"
    assert recorder.close() == ("the traces could not be written: No space left on device",)


def test_a_sink_that_breaks_is_a_note_and_the_verdict_is_the_same(tmp_path):
    def broken(_):
        raise RuntimeError(CANARY)

    recorder = traces.opened(tmp_path / "t.jsonl", redact=broken)
    report = fakes.judged(tmp_path, files(fixtures=tuple("abcdefgh")), BETTER, things={"recorder": recorder})
    recorder._redact = str
    assert report.verdict.value == "passed"
    assert recorder.close() == ("a part of the traces is missing: RuntimeError",)


def test_every_line_is_an_export_by_itself(tmp_path):
    told(tmp_path, environment={"OTEL_RESOURCE_ATTRIBUTES": "team=shop,service.name=x", "OTEL_SERVICE_NAME": "gate"})
    lines = [json.loads(line) for line in (tmp_path / "traces.jsonl").read_text().splitlines()]
    assert all(list(line) == ["resourceSpans"] for line in lines)
    assert traces.resource(tmp_path / "traces.jsonl") == {
        "service.name": "gate",
        "service.version": "0",
        "team": "shop",
    }
