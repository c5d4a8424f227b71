"""When calls were, told from how long they took and when the last answer came."""

import pytest

from llmgate.telemetry import timeline
from llmgate.trial import Arm, Call, Repeat, Ruling, Trace, Trial
from tests.unit.sampling.fakes import said

SECOND = timeline.SECOND


def call(seconds):
    return Call(step=0, model="m", completion=said("x"), cost_usd=None, latency_s=seconds, attempts=1)


def laid(*, judged=(), repeated=(), now=None):
    trace = Trace(
        trial=Trial(fixture="a", arm=Arm.HEAD, index=0),
        calls=(call(1), call(2)),
        finished_at=100.0,
        rulings={str(at): Ruling(call=call(seconds)) for at, seconds in enumerate(judged)},
        repeats=tuple(Repeat(calls=(call(seconds),)) for seconds in repeated),
    )
    found = timeline.of(trace, now=now)
    groups = (found.own, found.judge, *found.repeats)
    spans = [[(each.started_ns // SECOND, each.ended_ns // SECOND) for each in group] for group in groups]
    return spans, (found.started_ns // SECOND, found.ended_ns // SECOND)


def test_calls_stand_end_to_end_before_the_last_answer():
    assert laid() == ([[(97, 98), (98, 100)], []], (97, 100))


def test_the_judge_is_asked_behind_the_answer():
    assert laid(judged=[3]) == ([[(97, 98), (98, 100)], [(100, 103)]], (97, 103))


def test_repeats_end_with_the_last_answer_and_the_judge_stands_before_them():
    spans, whole = laid(judged=[3], repeated=[1, 1])
    assert spans == [[(92, 93), (93, 95)], [(95, 98)], [(98, 99)], [(99, 100)]]
    assert whole == (92, 100)


@pytest.mark.parametrize("judged", [(), (3,)])
def test_what_is_reused_ends_when_it_was_read(judged):
    _, (_, ended) = laid(judged=judged, now=1_000.0)
    assert ended == 1_000
