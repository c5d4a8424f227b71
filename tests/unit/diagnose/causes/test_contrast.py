from __future__ import annotations

import random

import pytest

from llmgate.diagnose.causes import contrast
from llmgate.diagnose.causes.contrast import MAX_PAIRS, Contrast, Standing


def begun(limit: float = 80.0) -> Contrast:
    return contrast.start(rate=0.95, margin=0.10, limit=limit)


def paired(state: Contrast, count: int, *, base: bool | None, arm: bool | None, head: bool | None) -> Contrast:
    for _ in range(count):
        state = state.after(base=base, arm=arm, head=head)
    return state


@pytest.mark.parametrize(("arm", "standing"), [(True, Standing.WELL), (False, Standing.BROKEN)])
def test_an_arm_like_one_end_is_told_from_the_other(*, arm: bool, standing: Standing) -> None:
    state = paired(begun(), 12, base=True, arm=arm, head=False)
    assert (state.standing, state.is_settled) == (standing, True)


def test_an_arm_between_both_ends_is_both() -> None:
    state = begun(limit=20.0)
    for number in range(MAX_PAIRS):
        state = state.after(base=True, arm=number % 5 < 3, head=False)
    assert state.standing is Standing.PARTLY


def test_ends_that_do_not_differ_leave_every_arm_open() -> None:
    state = paired(begun(), MAX_PAIRS, base=True, arm=True, head=True)
    assert (state.standing, state.is_settled) == (Standing.OPEN, True)


def test_an_incomplete_pair_teaches_its_claim_nothing() -> None:
    without = paired(begun(), 5, base=True, arm=None, head=False)
    assert without == begun()
    half = begun().after(base=None, arm=False, head=False)
    assert half.worse == begun().worse


def test_a_claim_that_is_false_reaches_its_limit_at_most_once_in_that_many_times() -> None:
    """The e-value of "worse than the base" for an arm that passes as the base does: Ville's inequality, at any time."""
    limit, wrong = 20.0, 0
    for seed in range(1_000):
        chance, state = random.Random(seed), begun(limit)
        while not state.is_settled:
            state = state.after(base=chance.random() < 0.9, arm=chance.random() < 0.9, head=chance.random() < 0.1)
            if state.worse.value >= limit:
                wrong += 1
                break
    assert wrong <= 1_000 / limit
