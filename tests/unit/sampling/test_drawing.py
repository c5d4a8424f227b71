from dataclasses import replace

import pytest

from llmgate.sampling import drawing
from llmgate.trial import Arm
from tests.unit.sampling import fakes


def asserting(*assertions, new=False):
    return fakes.planned("a", new=new, **{"assert": list(assertions)})


def test_outcomes_of_another_number_of_answers_are_no_baseline():
    contains = {"type": "contains", "value": "good"}
    several = [asserting(contains, {"type": "stable", "n": n}) for n in (2, 3)]
    assert len({drawing.key(item, item.on(Arm.BASE), {}) for item in (asserting(contains), *several)}) == 3


def test_the_model_that_answered_a_repeat_is_among_those_that_served(lab):
    lab.client.answer = lambda asked: fakes.said("good", served=f"m-{asked.number % 2}")
    sampled = lab.sample(fakes.plan(new=[asserting({"type": "stable", "n": 2}, new=True)], screen=1))
    assert {one.answered for one in sampled.served[Arm.HEAD]} == {"m-0", "m-1"}


@pytest.mark.parametrize("who", ["judge", "checkers"])
def test_outcomes_that_another_judge_or_class_decided_are_no_baseline(who):
    plain = fakes.planned("a")
    one, other = (replace(plain, case=replace(plain.case, **{who: name})) for name in ("sha256:1", "sha256:2"))
    assert len({drawing.key(item, item.on(Arm.BASE), {}) for item in (plain, one, other)}) == 3
