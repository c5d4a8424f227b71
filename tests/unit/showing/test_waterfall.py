"""A trace → the bars of its waterfall."""

from llmgate.showing import waterfall
from llmgate.showing.cutting import cutting
from llmgate.trial import Arm, Call, Repeat, Ruling, Trace, Trial
from tests.unit.sampling.fakes import said

CUT = cutting(str)


def call(step, seconds=1.0, **changes):
    completion = said("good")
    return Call(
        step=step, model="m", completion=completion, cost_usd=None, latency_s=seconds, **{"attempts": 1} | changes
    )


def steps(**changes):
    trace = Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0), finished_at=1_790_000_000.0, **changes)
    return list(waterfall.steps(trace, CUT))


def test_calls_are_laid_end_to_end_from_the_start_of_the_trial():
    found = steps(calls=(call(0, 0.25), call(1, 0.5)))
    assert [(step.start_ms, step.ms) for step in found] == [(0.0, 250.0), (250.0, 500.0)]


def test_the_judge_and_the_repeats_are_told_apart():
    found = steps(
        calls=(call(0),),
        rulings={"x": Ruling(call=call(1)), "y": Ruling(error="lost")},
        repeats=(Repeat(calls=(call(2),)),),
    )
    assert [(step.kind, step.start_ms) for step in found] == [("model", 0.0), ("judge", 1000.0), ("repeat", 2000.0)]


def test_a_call_says_what_it_took_and_where_it_is_from():
    (found,) = steps(calls=(call(0, attempts=3, reused=True),))
    assert (found.name, found.note) == ("chat m", "10 → 5 tokens, 3 attempts, from the journal")


def test_a_trial_of_very_many_calls_shows_the_first():
    assert len(steps(calls=tuple(call(step) for step in range(500)))) == waterfall.MOST_STEPS


def test_a_trial_without_an_answer_has_no_bars():
    assert steps(error="lost") == []
