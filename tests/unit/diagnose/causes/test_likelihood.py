from __future__ import annotations

import random

import pytest

from llmgate.diagnose.causes import likelihood
from llmgate.diagnose.causes.likelihood import MAX_TRIALS, Ends, Likelihood

ENDS = Ends(well=0.95, broken=0.1)


@pytest.mark.parametrize("passed", [True, False])
def test_a_few_trials_alike_settle_it(*, passed: bool) -> None:
    state = Likelihood(ends=ENDS)
    while not state.is_settled:
        state = state.after(passed=passed)
    assert (state.is_well, state.is_broken, state.trials <= 3) == (passed, not passed, True)


def test_mixed_trials_end_at_the_most_and_settle_for_neither() -> None:
    state = Likelihood(ends=Ends(well=0.6, broken=0.4))
    while not state.is_settled:
        state = state.after(passed=not state.trials % 2)
    assert (state.trials, state.is_well, state.is_broken) == (MAX_TRIALS, False, False)


def test_the_wrong_end_is_taken_at_most_once_in_forty() -> None:
    wrong = 0
    for seed in range(2_000):
        chance, state = random.Random(seed), Likelihood(ends=ENDS)
        while not state.is_settled:
            state = state.after(passed=chance.random() < ENDS.well)
        wrong += state.is_broken
    assert wrong <= 2_000 / likelihood.ODDS


@pytest.mark.parametrize(
    ("base", "head", "differ"),
    [((10, 10), (0, 8), True), ((5, 10), (9, 10), False), ((0, 8), (8, 8), False), ((0, 0), (0, 0), False)],
)
def test_ends_are_taken_where_the_head_is_worse(*, base: tuple[int, int], head: tuple[int, int], differ: bool) -> None:
    found = likelihood.ends(base, head)
    assert (found is not None) == differ
    assert found is None or 0 < found.broken < found.well < 1
