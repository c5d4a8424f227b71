"""A run of the gate → the trials that its page shows."""

import io
import itertools

import pytest

from llmgate import gate, run
from llmgate.redaction import Redactor
from llmgate.report import Counts, FixtureEntry
from llmgate.run import Stage
from llmgate.showing.keeping import Keeping
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial
from tests.unit.renderers import samples
from tests.unit.sampling import fakes

CANARY = "canary-4711-blue-heron"


def tried(index, outcome=Outcome.FAILED, *, fixture="a", arm=Arm.HEAD, stage=Stage.SCREEN, output="x"):
    trial = Trial(fixture=fixture, arm=arm, index=index)
    work = run.Work(trial=trial, fixture=fakes.fixture(fixture), request=fakes.request("hello"), max_steps=8, seed=None)
    return run.Tried(
        work=work, graded=Graded(trace=Trace(trial=trial, output=output), outcome=outcome, score=0.0), stage=stage
    )


def report(*names, tiers=None):
    entries = [FixtureEntry(id=name, head=Counts(trials=1), tier=(tiers or {}).get(name, "clear")) for name in names]
    return samples.PASSED.model_copy(update={"fixtures": tuple(entries)})


def kept(*all_tried, names=("a",), redact=str, **more):
    keeping = Keeping(io.BytesIO(), redact)
    for each in all_tried:
        keeping.tried(each)
    return keeping.shown(report(*names, tiers=more.pop("tiers", None)), **more)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_the_first_trials_of_each_outcome_are_kept_whichever_ended_first(order):
    failed = [tried(index) for index in order]
    passed = [tried(index + 10, Outcome.PASSED) for index in order]
    found = kept(*failed, *passed)
    assert [(trial.outcome, trial.index) for trial in found.trials] == [("failed", 0), ("failed", 1), ("passed", 10)]


def test_a_trial_of_a_diagnosis_is_not_kept():
    assert kept(tried(0, stage=Stage.DIAGNOSIS)).trials == ()


def test_fixtures_that_broke_come_first_and_what_finds_no_room_is_counted():
    names = ("a", "b", "c")
    found = kept(
        *(tried(0, fixture=name, output="x" * 500) for name in names), names=names, tiers={"c": "confirmed"}, limit=800
    )
    assert [trial.fixture for trial in found.trials] == ["c"]
    assert found.left_out == 2


def test_secrets_are_redacted_also_where_a_text_is_cut():
    outputs = (CANARY, "x" * 19_990 + CANARY, "x" * 23_990 + CANARY)
    for output in outputs:
        (trial,) = kept(tried(0, output=output), redact=Redactor([CANARY]).text).trials
        assert "canary" not in trial.answer
        assert len(trial.answer) <= 20_000


def test_a_file_that_cannot_be_written_becomes_a_note():
    keeping = Keeping(io.BytesIO(), str)
    keeping._file.close()
    keeping.tried(tried(0))
    assert keeping.shown(report("a")).note == "Some trials are missing here: ValueError."


def test_a_run_shows_what_was_sent_found_called_answered_and_graded(tmp_path):
    extra = """context:
  documents: [{id: returns.md#1, text: within 14 days, score: 0.5}]
tools:
  definitions: [{name: find, description: Finds, parameters: {type: object, properties: {id: {type: string}}}}]
  results: [{name: find, arguments: {id: A1}, result: {status: sent}}]
"""

    def asks_a_tool(asked):
        wanted = asked.request.tools and asked.request.messages[-1].role != "tool"
        return fakes.said(calls=[("c1", "find", {"id": "A1"})]) if wanted else "good"

    files = fakes.files(fixtures=("a",)) | {"fixtures/a.yaml": fakes.case("a", extra=extra)}
    keeping = Keeping(io.BytesIO(), str)
    better = {"prompts/p.md": "Answer better: {{ question }}\n"}
    client = fakes.FakeClient(answer=asks_a_tool)
    found = fakes.judged(tmp_path, files, better, client, things={"recorder": keeping})
    base, head = keeping.shown(found).trials
    assert (base.arm, head.arm, head.index, head.outcome) == ("base", "head", 0, "passed")
    assert head.messages[-1].text.startswith("Answer better: ")
    assert [(each.id, each.score) for each in head.documents] == [("returns.md#1", 0.5)]
    assert [(each.name, each.arguments, each.result) for each in head.tools] == [
        ("find", '{"id": "A1"}', '{"status": "sent"}')
    ]
    assert head.answer.startswith("good")
    assert [(grade.assertion, grade.outcome) for grade in head.grades] == [("contains", "passed")]
    assert [(step.kind, step.name.split()[0]) for step in head.steps] == [
        ("model", "chat"),
        ("tool", "find"),
        ("model", "chat"),
    ]


class Noting:
    """A recorder that notes what it is told."""

    def __init__(self):
        self.told = []

    def begin(self, scene):
        self.told.append("begin")

    def tried(self, tried):
        self.told.append("tried")

    def end(self, report):
        self.told.append("end")


def test_a_page_and_the_traces_are_told_of_the_same_run(tmp_path):
    noting, keeping = Noting(), Keeping(io.BytesIO(), str)
    better = {"prompts/p.md": "Answer better: {{ question }}\n"}
    recorders = gate.Recorders((noting, keeping))
    found = fakes.judged(tmp_path, fakes.files(fixtures=("a",)), better, things={"recorder": recorders})
    assert (noting.told[0], noting.told[-1], set(noting.told[1:-1])) == ("begin", "end", {"tried"})
    assert len(keeping.shown(found).trials) == 2
