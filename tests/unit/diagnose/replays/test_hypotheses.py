from __future__ import annotations

from typing import Any

import pytest

from llmgate.diagnose.replays import effects, hypotheses
from llmgate.diagnose.replays.counterfactual import Replayed
from llmgate.diagnose.replays.effects import NULL, Effect
from llmgate.diagnose.replays.investigation import Count, Tallies
from llmgate.fixture import Fixture
from tests.unit.diagnose import clinic

GOLD, ALONE, FIRST, EFFORT = "gold_documents", "gold_alone", "gold_first", "effort"


def fixture(**hypothesis: Any) -> Fixture:
    return clinic.fixture(hypothesis={"statement": "It reads the wrong page.", **hypothesis}, category="grounding")


def effect(name: str, passed: int, trials: int = 8, null: int = 0) -> Effect:
    counts = {name: Count(passed=passed, trials=trials), NULL: Count(passed=null, trials=8)}
    return effects.Effects(groups=((name,),), tallies=Tallies(counts=counts)).effect(name)


def replayed(*found: Effect, incomplete: frozenset[str] = frozenset()) -> Replayed:
    return Replayed(effects=found, complete=frozenset(each.name for each in found) - incomplete)


def status(case: Fixture, found: Replayed | None, guards: str | None = "grounding") -> str:
    told = hypotheses.tested(case, guards, found)
    assert told is not None
    return told.status


def test_a_fixture_without_a_hypothesis_has_nothing_to_test() -> None:
    assert hypotheses.tested(clinic.fixture(), "grounding", replayed(effect(ALONE, 8))) is None


def test_the_named_treatment_confirms_it() -> None:
    told = hypotheses.tested(fixture(test=EFFORT), "grounding", replayed(effect(EFFORT, 8), effect(ALONE, 0)))
    assert told is not None
    assert (told.statement, told.status) == ("It reads the wrong page.", "confirmed")
    assert [each.name for each in told.effects] == [EFFORT]


def test_the_cure_of_another_treatment_than_the_named_one_confirms_nothing() -> None:
    assert status(fixture(test=EFFORT), replayed(effect(ALONE, 8), effect(EFFORT, 0))) == "rejected"


def test_by_default_what_cures_the_kind_of_failure_tests_it() -> None:
    assert status(fixture(), replayed(effect(ALONE, 0), effect(FIRST, 8), effect(EFFORT, 0))) == "confirmed"
    assert status(fixture(), replayed(effect(ALONE, 0), effect(FIRST, 0), effect(EFFORT, 8))) == "rejected"


@pytest.mark.parametrize(
    ("found", "guards"),
    [
        (None, "grounding"),
        (replayed(), "grounding"),
        (replayed(effect(ALONE, 1)), "grounding"),
        (replayed(effect(ALONE, 0, trials=5)), "grounding"),
        (replayed(effect(ALONE, 0), incomplete=frozenset({ALONE})), "grounding"),
        (replayed(effect(ALONE, 0), effect(FIRST, 2)), "grounding"),
        (replayed(effect(ALONE, 8)), "retrieval"),
        (replayed(effect(ALONE, 8)), None),
    ],
    ids=["not replayed", "none applies", "may be large", "too few", "not complete", "one of two", "other kind", "none"],
)
def test_what_is_neither_shown_nor_ruled_out_stays_open(found: Replayed | None, guards: str | None) -> None:
    assert status(fixture(), found, guards) == "open"


def test_what_the_fixture_says_of_its_status_does_not_count() -> None:
    assert status(fixture(status="confirmed"), replayed(effect(ALONE, 0))) == "rejected"


@pytest.mark.parametrize(
    ("case", "guards", "names"),
    [
        (fixture(), "grounding", {ALONE, FIRST}),
        (fixture(test=GOLD), "grounding", {GOLD}),
        (fixture(test="strict_schema"), "grounding", set()),
        (fixture(), None, set()),
        (clinic.fixture(), "grounding", set()),
    ],
)
def test_the_treatments_that_test_it_are_among_those_that_apply(
    case: Fixture, guards: str | None, names: set[str]
) -> None:
    assert hypotheses.testing(case, guards, [GOLD, ALONE, FIRST, EFFORT]) == names
