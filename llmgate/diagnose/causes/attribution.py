"""What the mixed arms of a fixture showed → the causes, alone or in interaction, with each factor's share."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from llmgate.diagnose.causes import swaps
from llmgate.diagnose.causes.contrast import Standing
from llmgate.diagnose.causes.factors import Factor, Mixture
from llmgate.diagnose.causes.swaps import BASE, HEAD, Swaps
from llmgate.diagnose.replays.investigation import Count

_FAILS = (Standing.BROKEN, Standing.PARTLY)
_HOLDS = (Standing.WELL, Standing.PARTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Which factors made a fixture break.

    `causes` are the smallest sets of factors that break it: a set of one breaks it alone, the factors of a larger set
    only together; with several sets each does it by itself. `cures` are the factors of which putting any one back
    cures it. `open` are those that may have a part in it for all that was drawn; none of them where it is settled.
    `shares` are of the drop between base and head: by Shapley's value where all mixtures were drawn, so that they add
    up to 1, else what putting the factor back regains. They may be negative. `counts` are the trials of each arm.
    """

    causes: tuple[frozenset[Factor], ...]
    cures: frozenset[Factor] = frozenset()
    open: tuple[Factor, ...] = ()
    shares: Mapping[Factor, float] = field(default_factory=dict)
    counts: Mapping[str, Count] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        return bool(self.causes) and not self.open


def alone(factor: Factor) -> Attribution:
    """Name the only factor in which the arms differ: nothing else can have done it."""
    return Attribution(causes=(frozenset({factor}),), shares={factor: 1.0})


def read(state: Swaps) -> Attribution:
    """Read a state, finished or not; what is not shown is not named."""
    causes = tuple(_factorial(state) if state.is_factorial else _one_at_a_time(state))
    return Attribution(
        causes=tuple(sorted(causes, key=lambda cause: (len(cause), sorted(cause)))),
        cures=_curing(state),
        open=_open(state, causes),
        shares=dict(_shares(state)),
        counts={name: state.tallies.of(name) for name in (BASE, HEAD, *state.arms)},
    )


def _factorial(state: Swaps) -> Iterator[Mixture]:
    """Find the mixtures that fail while everything smaller in them holds."""
    whole = frozenset(state.factors)
    for size in range(1, len(whole) + 1):
        for chosen in itertools.combinations(state.factors, size):
            mixture = frozenset(chosen)
            if _standing(state, mixture) in _FAILS and all(
                _standing(state, part) is Standing.WELL for part in _smaller(mixture)
            ):
                yield mixture


def _smaller(mixture: Mixture) -> Iterator[Mixture]:
    for size in range(len(mixture)):
        yield from map(frozenset, itertools.combinations(sorted(mixture), size))


def _standing(state: Swaps, mixture: Mixture) -> Standing:
    if mixture == frozenset(state.factors):
        return state.standing(HEAD)
    return state.standing(swaps.name_of(mixture))


def _one_at_a_time(state: Swaps) -> Iterator[Mixture]:
    """Take the factors that cure when they are put back for the cause, together; else those that break alone."""
    if curing := _curing(state):
        yield curing
        return
    yield from (frozenset({factor}) for factor in state.factors if _standing(state, frozenset({factor})) in _FAILS)


def _open(state: Swaps, causes: tuple[Mixture, ...]) -> tuple[Factor, ...]:
    """Name the factors that may have a part in it beside the causes: those of which nothing was shown."""
    named = frozenset(itertools.chain.from_iterable(causes))
    rest = frozenset(state.factors) - named
    if not causes or not rest:
        return state.factors if not causes else ()
    if state.is_factorial:
        return () if _standing(state, rest) is Standing.WELL else _in_order(state, rest)
    back = bool(_curing(state))
    whole = frozenset(state.factors)
    shown = {factor: _standing(state, whole - {factor} if back else frozenset({factor})) for factor in rest}
    return _in_order(state, frozenset(factor for factor, standing in shown.items() if standing is Standing.OPEN))


def _in_order(state: Swaps, chosen: frozenset[Factor]) -> tuple[Factor, ...]:
    return tuple(factor for factor in state.factors if factor in chosen)


def _curing(state: Swaps) -> frozenset[Factor]:
    whole = frozenset(state.factors)
    return frozenset(factor for factor in state.factors if _standing(state, whole - {factor}) in _HOLDS)


def _shares(state: Swaps) -> Iterator[tuple[Factor, float]]:
    rates = {name: state.tallies.of(name).rate for name in (BASE, HEAD, *state.arms)}
    base, head = rates[BASE], rates[HEAD]
    if base is None or head is None or base <= head:
        return
    if state.is_factorial and None not in rates.values():
        yield from _shapley(state, {name: rate for name, rate in rates.items() if rate is not None})
    elif not state.is_factorial:
        whole = frozenset(state.factors)
        for factor in state.factors:
            regained = rates[swaps.name_of(whole - {factor})]
            if regained is not None:
                yield factor, (regained - head) / (base - head)


def _shapley(state: Swaps, rates: Mapping[str, float]) -> Iterator[tuple[Factor, float]]:
    """Share the drop out: the mean over all orders of what bringing the factor in costs (Shapley 1953)."""
    whole = frozenset(state.factors)
    drop = rates[BASE] - rates[HEAD]

    def rate(mixture: Mixture) -> float:
        return rates[HEAD if mixture == whole else swaps.name_of(mixture)]

    for factor in state.factors:
        share = 0.0
        for before in (*_smaller(whole - {factor}), whole - {factor}):
            weight = math.factorial(len(before)) * math.factorial(len(whole) - len(before) - 1)
            share += weight * (rate(before) - rate(before | {factor}))
        yield factor, share / math.factorial(len(whole)) / drop
