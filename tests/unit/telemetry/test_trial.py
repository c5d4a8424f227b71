"""What is asked beside a trial's conversation, told."""

import dataclasses

from llmgate import run
from llmgate.telemetry import place, trial
from llmgate.telemetry.subject import Subject
from llmgate.telemetry.trial import Telling
from llmgate.trial import Arm, Call, Grade, Graded, Outcome, Repeat, Ruling, Trace, Trial
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import said


def call(step, text, *, model="m", provider="house"):
    return Call(
        step=step, model=model, provider=provider, completion=said(text), cost_usd=None, latency_s=1.0, attempts=1
    )


def told(*, content=False, grades=(), stage=run.Stage.SCREEN, **changes):
    work = run.Work(
        trial=Trial(fixture="a", arm=Arm.HEAD, index=3),
        fixture=fakes.fixture("a"),
        request=fakes.request("hello"),
        max_steps=8,
        seed=7,
    )
    trace = Trace(trial=work.trial, calls=(call(0, "good"),), request=work.request, finished_at=100.0, **changes)
    graded = Graded(trace=trace, outcome=Outcome.PASSED, score=1.0, grades=grades)
    tried = run.Tried(work=work, graded=graded, stage=stage, probe="null" if stage is run.Stage.DIAGNOSIS else "")
    where = place.of({}, "run")
    telling = Telling.of(tried, place=where, subject=Subject(), content=content, now=200.0)
    return list(trial.spans(telling))


def test_the_judge_is_a_call_of_its_own_and_its_answer_is_content():
    rulings = {"x": Ruling(call=call(1, "a secret ruling", model="judge-1", provider="other"))}
    own, judge, whole = told(rulings=rulings)
    assert (judge.name, judge.attributes["llmgate.purpose"]) == ("chat judge-1", "judge")
    assert judge.attributes["gen_ai.provider.name"] == "other"
    assert (judge.started_ns, judge.parent) == (own.ended_ns, whole.id)
    assert "secret" not in str(judge)
    _, judge, _ = told(rulings=rulings, content=True)
    assert "a secret ruling" in str(judge)


def test_each_repeat_is_a_call_of_its_own_with_its_own_seed():
    repeats = (Repeat(calls=(call(1, "x"),)), Repeat(calls=(call(2, "y"),)), Repeat(error="lost"))
    own, first, second, _ = told(repeats=repeats)
    assert [span.attributes["llmgate.purpose"] for span in (own, first, second)] == ["trial", "repeat", "repeat"]
    seeds = [span.attributes["gen_ai.request.seed"] for span in (own, first, second)]
    assert seeds == [7, *(run.repeat_seed(7, Trial(fixture="a", arm=Arm.HEAD, index=3), number) for number in (1, 2))]


def test_a_trial_of_a_diagnosis_says_what_was_changed_and_is_none_that_capture_takes():
    own, whole = told(stage=run.Stage.DIAGNOSIS)
    assert own.attributes["llmgate.purpose"] == "diagnosis"
    assert whole.attributes["llmgate.diagnosis.arm"] == "null"


def test_assertions_within_a_set_are_told_too_and_one_that_could_not_judge_has_no_label():
    inner = Grade(assertion="contains", passed=True, score=1.0, reason="r", metric="tone")
    failed = Grade(assertion="python", passed=False, score=0.0, reason="r", error="it broke")
    *_, whole = told(grades=(Grade(assertion="assert-set", passed=True, score=1.0, reason="r", parts=(inner,)), failed))
    found = [(event.attributes["gen_ai.evaluation.name"], event.attributes) for event in whole.events]
    assert [name for name, _ in found] == ["assert-set", "contains", "python"]
    assert found[1][1]["llmgate.assertion.metric"] == "tone"
    assert "gen_ai.evaluation.score.label" not in found[2][1]
    assert found[2][1]["error.type"] == "not_judged"


def test_the_events_of_a_trial_are_bounded():
    grade = Grade(assertion="contains", passed=True, score=1.0, reason="r")
    *_, whole = told(grades=(dataclasses.replace(grade, parts=(grade,) * 500),))
    assert len(whole.events) == 120
