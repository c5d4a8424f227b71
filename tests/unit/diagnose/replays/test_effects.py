from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.diagnose.replays import effects
from llmgate.diagnose.replays.effects import NULL, REPEATS, Effects
from llmgate.diagnose.replays.investigation import MAX_MISSING
from tests.unit.diagnose import drawing

A, B, C = "strict_schema", "gold_alone", "effort"


def cures(*names: str) -> Mapping[str, float]:
    return dict.fromkeys(names, 1.0)


def drawn(state: Effects, rates: Mapping[str, float], seed: int = 1) -> tuple[Effects, int]:
    return drawing.calls(state, lambda name: rates.get(name, 0.0), random.Random(seed))


def holding(state: Effects) -> list[str]:
    return [effect.name for effect in state.found() if effect.holds]


def test_a_cure_of_every_trial_holds_and_nothing_else_does() -> None:
    state, _ = drawn(effects.start(((A, B, C),)), cures(B))
    assert holding(state) == [B]
    assert state.effect(B).lower == pytest.approx(0.588, abs=0.001)


def test_several_can_hold_and_the_largest_comes_first() -> None:
    rates = {A: 0.7, B: 1.0}
    state, _ = drawn(effects.start(((A, B, C),)), rates, seed=3)
    found = state.found()
    assert [effect.name for effect in found if effect.holds] == [B, A]
    assert [effect.size for effect in found] == sorted((effect.size for effect in found), reverse=True)


def test_groups_behind_a_cure_are_not_tried() -> None:
    state, calls = drawn(effects.start(((A,), (B,))), cures(A, B))
    assert ([effect.name for effect in state.found()], calls) == ([A], 2 * REPEATS)


def test_thorough_tries_every_group() -> None:
    state, calls = drawn(effects.start(((A,), (B,)), thorough=True), cures(A, B))
    assert (sorted(holding(state)), calls) == (sorted([A, B]), 3 * REPEATS)


def test_a_treatment_that_cannot_hold_any_more_is_dropped_and_one_that_is_wanted_whole_is_not() -> None:
    state, _ = drawn(effects.start(((A, B),), whole=frozenset({B})), {})
    assert (state.tallies.of(A).trials, state.tallies.of(B).trials) == (5, REPEATS)
    assert state.is_complete(A)
    assert state.is_complete(B)


def test_an_arm_that_never_answers_is_given_up_and_shows_nothing() -> None:
    state = effects.start(((A, B),))
    rounds = 0
    while wanted := state.wanted:
        state = state.after({name: None if name == A else name == B for name in wanted})
        rounds += A in wanted
    assert (rounds, holding(state), state.is_complete(A)) == (MAX_MISSING, [B], False)


def test_without_the_null_arm_nothing_is_tried_and_nothing_holds() -> None:
    state = effects.start(((A,),))
    for _ in range(MAX_MISSING):
        state = state.after({name: None if name == NULL else True for name in state.wanted})
    assert (state.wanted, holding(state)) == ((), [])


def test_a_state_without_a_round_shows_nothing() -> None:
    state = effects.start(((A,),))
    assert (state.found(), state.effect(A).lower, state.is_complete(A)) == ((), -1.0, False)


OUTCOMES = st.lists(st.booleans(), min_size=REPEATS, max_size=REPEATS)


@settings(max_examples=150, deadline=None)
@given(OUTCOMES, OUTCOMES, OUTCOMES)
def test_dropping_early_never_changes_what_holds(null: list[bool], first: list[bool], second: list[bool]) -> None:
    """With the same outcomes, drawn in full or dropped as soon as they can, the same treatments have an effect."""
    outcomes = {NULL: null, A: first, B: second}

    def finished(state: Effects) -> Effects:
        while wanted := state.wanted:
            state = state.after({name: outcomes[name][state.tallies.of(name).trials] for name in wanted})
        return state

    early = finished(effects.start(((A, B),)))
    whole = finished(effects.start(((A, B),), whole=frozenset({A, B})))
    assert whole.tallies.of(A).trials == whole.tallies.of(B).trials == REPEATS
    assert {name: early.effect(name).holds for name in (A, B)} == {name: whole.effect(name).holds for name in (A, B)}
    assert early.tallies.of(NULL) == whole.tallies.of(NULL)


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.5, 0.8])
def test_rerun_noise_is_hardly_ever_called_an_effect(rate: float) -> None:
    """A treatment that does nothing holds at most once in 40, as its one-sided limit is exact."""
    held = sum(bool(holding(drawn(effects.start(((A,),)), {A: rate, NULL: rate}, seed)[0])) for seed in range(400))
    assert held <= 400 * effects.ALPHA * 1.6


def test_the_upper_limit_mirrors_the_lower_one() -> None:
    state, _ = drawn(effects.start(((A,),), whole=frozenset({A})), {})
    assert state.effect(A).upper == pytest.approx(0.369, abs=0.001)
