from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from llmgate.diagnose.causes import attribution, swaps
from llmgate.diagnose.causes.attribution import Attribution
from llmgate.diagnose.causes.factors import Factor, Mixture
from llmgate.diagnose.causes.swaps import BASE, HEAD
from tests.unit.diagnose import drawing

P, M, R, T = Factor.PROMPT, Factor.MODEL, Factor.PARAMS, Factor.TOOLS
EVERY = tuple(Factor)
Breaks = Callable[[Mixture], bool]


def of(name: str, factors: tuple[Factor, ...]) -> Mixture:
    ends = {BASE: frozenset[Factor](), HEAD: frozenset(factors)}
    return ends[name] if name in ends else swaps.mixture(name)


def attributed(factors: tuple[Factor, ...], breaks: Breaks, *, seed: int = 1, rounds: int = 500) -> Attribution:
    state = swaps.start(factors, rate=0.95, margin=0.10, alpha=0.05)

    def rate(name: str) -> float:
        return drawing.BROKEN if breaks(of(name, factors)) else drawing.WELL

    return attribution.read(drawing.finished(state, rate, random.Random(seed), rounds=rounds))


def causes(*sets: set[Factor]) -> set[frozenset[Factor]]:
    return set(map(frozenset, sets))


@pytest.mark.parametrize("guilty", [P, M])
def test_of_two_factors_the_guilty_one_is_named(guilty: Factor) -> None:
    found = attributed((P, M), lambda mixture: guilty in mixture)
    assert (set(found.causes), found.settled, found.cures) == (causes({guilty}), True, {guilty})


@pytest.mark.parametrize("guilty", [P, M, R])
def test_of_three_factors_the_guilty_one_is_named(guilty: Factor) -> None:
    found = attributed((P, M, R), lambda mixture: guilty in mixture)
    assert (set(found.causes), found.settled) == (causes({guilty}), True)


def test_factors_that_break_only_together_are_an_interaction() -> None:
    found = attributed((P, M, R), lambda mixture: {P, R} <= mixture)
    assert (set(found.causes), found.settled, found.cures) == (causes({P, R}), True, {P, R})


def test_factors_that_each_break_it_are_two_causes() -> None:
    found = attributed((P, M, R), lambda mixture: bool({P, M} & mixture))
    assert (set(found.causes), found.settled, found.cures) == (causes({P}, {M}), True, set())


def test_all_three_together_can_be_the_cause() -> None:
    found = attributed((P, M, R), lambda mixture: {P, M, R} <= mixture)
    assert (set(found.causes), found.settled) == (causes({P, M, R}), True)


@pytest.mark.parametrize("factors", [EVERY[:4], EVERY])
def test_with_more_than_three_factors_each_is_put_back_alone(factors: tuple[Factor, ...]) -> None:
    found = attributed(factors, lambda mixture: T in mixture)
    assert (set(found.causes), found.settled) == (causes({T}), True)
    assert set(found.counts) == {BASE, HEAD, *(swaps.name_of(frozenset(factors) - {each}) for each in factors)} | {
        str(each) for each in factors
    }


def test_with_more_than_three_factors_an_interaction_is_what_each_alone_cures() -> None:
    found = attributed(EVERY, lambda mixture: {M, T} <= mixture)
    assert (set(found.causes), found.cures) == (causes({M, T}), {M, T})


def test_with_more_than_three_factors_those_that_break_alone_are_found_where_none_cures() -> None:
    found = attributed(EVERY[:4], lambda mixture: bool({M, T} & mixture))
    assert (set(found.causes), found.cures) == (causes({M}, {T}), set())


def test_shares_of_a_sole_cause_are_all_or_nothing() -> None:
    shares = attributed((P, M, R), lambda mixture: P in mixture).shares
    assert shares[P] > 0.8
    assert abs(shares[M]) < 0.2
    assert abs(shares[R]) < 0.2


def test_shares_add_up_to_the_drop_and_are_even_in_an_interaction() -> None:
    shares = attributed((P, M), lambda mixture: {P, M} <= mixture).shares
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[P] == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize("rounds", range(5))
def test_a_state_that_is_not_finished_names_no_more_than_it_shows(rounds: int) -> None:
    found = attributed((P, M), lambda mixture: P in mixture, rounds=rounds)
    assert (found.causes, found.settled, set(found.open)) == ((), False, {P, M})


def test_nothing_is_wanted_of_an_arm_that_never_answers() -> None:
    state = swaps.start((P, M), rate=0.95, margin=0.10, alpha=0.05)
    for _ in range(100):
        if not (wanted := state.wanted):
            break
        state = state.after({name: None if name == "model" else name == BASE for name in wanted})
    found = attribution.read(state)
    assert state.wanted == ()
    assert (set(found.causes), found.open, found.settled) == (causes({P}), (M,), False)


def test_an_outage_of_an_end_stops_the_drawing() -> None:
    state = swaps.start((P, M), rate=0.95, margin=0.10, alpha=0.05)
    for _ in range(4):
        state = state.after(dict.fromkeys(state.wanted))
    assert state.wanted == ()


def test_a_harmless_mixture_is_hardly_ever_called_a_cause() -> None:
    """Where base and head pass alike every claim is false, and at most 5 % of such fixtures may get one."""
    wrong = 0
    for seed in range(300):
        state = swaps.start((P, M), rate=0.8, margin=0.10, alpha=0.05)
        done = drawing.finished(state, lambda _: 0.8, random.Random(seed))
        wrong += any(done.standing(name).value != "open" for name in done.arms)
    assert wrong <= 300 * 0.05


@pytest.mark.parametrize(("count", "most"), [(2, 35), (3, 85)])
def test_a_cause_costs_a_few_dozen_calls(count: int, most: int) -> None:
    spent = []
    for seed in range(40):
        state = swaps.start(EVERY[:count], rate=0.95, margin=0.10, alpha=0.05)
        _, calls = drawing.calls(
            state, lambda name: 0.05 if P in of(name, EVERY[:count]) else 0.97, random.Random(seed)
        )
        spent.append(calls)
    assert sum(spent) / len(spent) <= most
