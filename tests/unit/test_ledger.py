"""Ledger: what makes another way of deciding."""

from dataclasses import replace

from llmgate import ledger
from llmgate.plan import Plan, Planned
from llmgate.preparing import Prepared
from llmgate.suite import Case
from llmgate.trial import Arm, Request
from tests.unit.sampling import fakes


def plan(**case):
    request = Request(provider="p", model="m", messages=())
    prepared = Prepared(request=request, digest="d", params={}, seed=None, max_steps=1)
    made = Case(fixture=fakes.fixture("x"), form=Arm.HEAD, new=False, file="x.yaml", line=1, **case)
    return Plan(compared=(Planned(case=made, head=prepared, base=prepared),))


def test_other_code_another_judge_and_other_rules_are_other_ways_of_deciding():
    cases = [{}, {"checkers": "sha256:a"}, {"checkers": "sha256:b"}, {"judge": "sha256:j"}, {"embedder": "sha256:e"}]
    names = {ledger.named("i", plan(**case), rules) for case in cases for rules in ("one", "two")}
    assert len(names) == 10
    assert ledger.named("i", plan(), "one") in names


def test_a_fixture_that_does_not_count_is_another_way_of_deciding():
    counted = plan()
    (planned,) = counted.compared
    aside = Plan(excepted=(replace(planned, excepted=True),))
    assert ledger.named("i", counted, "one") != ledger.named("i", aside, "one")
