"""Stored outcomes beside fresh ones: told at 1 %, whatever the screen chose to draw again."""

import math
import random

import pytest

from llmgate import compare
from llmgate.compare.drift import LEVEL, drift


def kept(name, stored, fresh):
    return compare.Kept(
        fixture=name,
        stored=compare.Count(passed=stored[0], trials=stored[1]),
        fresh=compare.Count(passed=fresh[0], trials=fresh[1]),
    )


def suite(stored, fresh, *, count=12):
    return [kept(f"f{number:02}", stored, fresh) for number in range(count)]


def test_a_suite_that_loses_a_third_is_a_drift_of_the_whole():
    found = drift(suite((10, 10), (5, 8)))
    assert len(found.fixtures) == 12
    assert (found.stored, found.fresh) == (
        compare.Count(passed=120, trials=120),
        compare.Count(passed=60, trials=96),
    )
    assert found.p_value < 1e-6


def test_a_suite_that_gains_is_a_drift_too():
    assert drift(suite((4, 10), (8, 8))) is not None


def test_a_suite_that_answers_as_it_did_is_none():
    assert drift(suite((9, 10), (7, 8))) is None


def test_one_fixture_that_breaks_is_named_alone():
    found = drift([*suite((10, 10), (0, 0)), kept("broken", (20, 20), (0, 8))])
    assert found.fixtures == ("broken",)


def test_one_fixture_is_held_against_the_whole_suite_and_not_against_those_that_were_drawn():
    """P(2 of 8 or fewer | 12 of 18 pass) = C(12, 2) / C(18, 8) = 0.0015, two tails and two tests."""
    one = kept("one", (10, 10), (2, 8))
    assert drift([one]).p_value == pytest.approx(4 * math.comb(12, 2) / math.comb(18, 8))
    assert drift([one, *suite((10, 10), (0, 0), count=3)]) is None


def test_fixtures_of_which_too_little_was_drawn_again_say_nothing():
    assert drift(suite((10, 10), (0, 3))) is None
    assert drift([*suite((10, 10), (3, 6)), kept("never", (10, 10), (0, 0))]) is None


def test_nothing_stored_is_no_drift():
    assert drift([]) is None


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95])
def test_a_provider_that_stays_the_same_is_told_in_at_most_one_run_of_a_hundred(rate):
    """The fixtures that are drawn again are those with the highest stored outcomes: the worst that a screen does."""
    chance, runs = random.Random(8), 1_500
    told = 0
    for _ in range(runs):
        stored = sorted((sum(chance.random() < rate for _ in range(10)) for _ in range(12)), reverse=True)
        drawn = 12 if sum(stored) > 12 * 10 * rate else 6
        fresh = [(sum(chance.random() < rate for _ in range(8)), 8) if at < drawn else (0, 0) for at in range(12)]
        found = drift([kept(f"f{at:02}", (stored[at], 10), fresh[at]) for at in range(12)])
        told += found is not None
    assert told / runs <= LEVEL
