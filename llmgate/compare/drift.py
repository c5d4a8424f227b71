"""Stored and fresh outcomes of the same requests → whether what answers them has changed since they were stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llmgate.compare.samples import Count
from llmgate.stats import stratified

LEVEL = 0.01
FRESH = 8
"""Fresh trials of a fixture that are looked at: the first ones, whatever follows."""
LEAST_FRESH = 4
MOST_FIXTURES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The base of one fixture: outcomes of earlier runs, and the first of this run; both of the same request."""

    fixture: str
    stored: Count
    fresh: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What differs: the outcomes of these fixtures, and the p-value of that much or more."""

    fixtures: tuple[str, ...]
    stored: Count
    fresh: Count
    p_value: float


def drift(kept: Sequence[Kept]) -> Drift | None:
    """Find a difference at the level of 1 %, or None. `kept` has every fixture with stored outcomes.

    Two exact two-sided tests share the level: Fisher's for each fixture of which all FRESH trials were drawn, with
    Bonferroni's factor for *all* fixtures with stored outcomes; and the stratified test over the suite where every one
    of them was drawn again. Which are drawn again hangs on what is stored: suspects are those whose stored outcomes are
    high. That is why a test over those that happen to be drawn would not do. In these two, a fixture that is not drawn
    has p = 1, so that P(a drift is told | nothing changed) <= 1 % whatever is chosen and whenever one stops: the trials
    that are looked at are fixed by their number beforehand. Assumes that trials of a request are independent given its
    rate. Edge case: nothing drawn again gives None.
    """
    seen = sorted(kept, key=lambda each: each.fixture)[:MOST_FIXTURES]
    found = [each for each in (_alone(seen), _together(seen)) if each is not None]
    best = min(found, key=lambda each: each.p_value, default=None)
    return best if best is not None and best.p_value <= LEVEL else None


def _alone(kept: Sequence[Kept]) -> Drift | None:
    """Test each fixture by itself; name those that differ, adjusted for all."""
    share = 2 * len(kept)  # half of the level, for each fixture
    told = {each.fixture: min(1.0, share * _p_value([each])) for each in kept if each.fresh.trials >= FRESH}
    differing = [each for each in kept if told.get(each.fixture, 1.0) <= LEVEL]
    return _of(differing, min(told.values())) if differing else None


def _together(kept: Sequence[Kept]) -> Drift | None:
    if not kept or any(each.fresh.trials < LEAST_FRESH for each in kept):
        return None
    return _of(kept, min(1.0, 2 * _p_value(kept)))


def _p_value(kept: Sequence[Kept]) -> float:
    """Double the smaller tail of the exact stratified test."""
    stored, fresh = [each.stored for each in kept], [each.fresh for each in kept]
    return min(1.0, 2 * min(_worse(stored, fresh), _worse(fresh, stored)))


def _worse(before: Sequence[Count], after: Sequence[Count]) -> float:
    return stratified.exact_worse(
        [each.passed for each in before],
        [each.trials for each in before],
        [each.passed for each in after],
        [each.trials for each in after],
    )


def _of(kept: Sequence[Kept], p_value: float) -> Drift:
    stored, fresh = (
        Count(passed=sum(one.passed for one in counts), trials=sum(one.trials for one in counts))
        for counts in ([each.stored for each in kept], [each.fresh for each in kept])
    )
    return Drift(fixtures=tuple(each.fixture for each in kept), stored=stored, fresh=fresh, p_value=p_value)
