"""Laws of the comparison as a machine: it ends, its numbers are numbers, and order is nothing to it."""

import itertools
import math
import random

from hypothesis import given
from hypothesis import strategies as st

from llmgate.compare import Count, Pair, Purpose, Rules, Screened, observe, screen, summary
from llmgate.compare.rules import most_suite_rounds

seeds = st.integers(0, 2**32 - 1)


@st.composite
def count(draw):
    trials = draw(st.integers(1, 12))
    return Count(passed=draw(st.integers(0, trials)), trials=trials)


@st.composite
def suite(draw):
    names = draw(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=15, unique=True))
    return [
        Screened(
            fixture=name,
            base=draw(count()),
            head=draw(count()),
            critical=draw(st.booleans()),
            weight=draw(st.sampled_from([1.0, 1.0, 0.5, 3.0])),
        )
        for name in names
    ]


def played(entries, seed, unchanged=0):
    """Play rounds to the end, with outcomes drawn from a few habits so that all ways out are taken."""
    chance = random.Random(seed)
    habit = chance.choice([(0.9, 0.1), (0.9, 0.9), (0.2, 0.9), (0.5, 0.5), (1.0, 0.0)])
    states = [screen(entries, Rules(), unchanged)]
    while states[-1].purpose is not Purpose.DONE:
        pairs = {
            name: None
            if chance.random() < 0.1
            else Pair(base=chance.random() < habit[0], head=chance.random() < habit[1])
            for name in states[-1].wanted
        }
        states.append(observe(states[-1], pairs))
    return states


@given(suite(), seeds, st.integers(0, 50))
def test_every_number_of_a_summary_is_a_number_at_every_look(entries, seed, unchanged):
    """No NaN and no infinity; rates are rates, intervals hold their estimate, p is a p-value."""
    for state in played(entries, seed, unchanged):
        result = summary(state)
        numbers = [result.evidence, result.highest, *(row.evidence for row in result.fixtures)]
        assert all(math.isfinite(number) and number >= 0 for number in numbers)
        assert 0 < result.p_always_valid <= 1
        low, high = result.suite.interval.low, result.suite.interval.high
        assert -1 <= low <= result.suite.difference + 1e-9
        assert result.suite.difference - 1e-9 <= high <= 1
        assert -1 <= result.suite.lower_bound < 1
        assert 0 < result.suite.mde <= 1


@given(suite(), seeds)
def test_every_comparison_ends_within_its_bounds(entries, seed):
    """At most 32 pairs and 8 missing ones per suspect, then the suite's rounds; nothing is wanted at the end."""
    states = played(entries, seed)
    assert len(states) - 1 <= 32 + 8 + most_suite_rounds(len(entries))
    assert states[-1].wanted == ()
    assert all(suspect.tally.pairs <= 32 for suspect in states[-1].suspects)


@given(suite(), seeds)
def test_a_block_is_never_taken_back(entries, seed):
    """`highest` never falls, and a blocked comparison stays blocked and never passes."""
    states = played(entries, seed)
    assert all(before.highest <= after.highest for before, after in itertools.pairwise(states))
    result = summary(states[-1])
    assert result.blocked == any(state.evidence >= 20 for state in states)
    assert not (result.blocked and result.passed)


@given(suite(), seeds)
def test_the_order_of_fixtures_and_of_pairs_is_nothing(entries, seed):
    """Shuffled entries and rounds give the same states and the same summary."""
    chance = random.Random(seed)
    shuffled = chance.sample(entries, len(entries))
    one, other = screen(entries, Rules()), screen(shuffled, Rules())
    while one.purpose is not Purpose.DONE:
        assert one == other
        pairs = {name: Pair(base=chance.random() < 0.8, head=chance.random() < 0.5) for name in one.wanted}
        one = observe(one, pairs)
        other = observe(other, dict(reversed(pairs.items())))
    assert summary(one) == summary(other)


@given(suite(), seeds)
def test_replaying_a_ledger_gives_the_same_state(entries, seed):
    """The entries and the rounds are the whole state: the same rounds lead to an equal comparison."""
    first, second = played(entries, seed), played(entries, seed)
    assert first == second


@given(suite(), seeds)
def test_a_pass_means_that_every_condition_holds(entries, seed):
    """Passed implies finished, not blocked, evidence below 3, all suspects resolved and a bound above the margin."""
    result = summary(played(entries, seed)[-1])
    if result.passed:
        assert result.finished
        assert result.evidence < 3
        assert not result.blocked
        assert not result.unresolved
        assert result.suite.lower_bound > -0.05
    assert result.passed or not result.improved
