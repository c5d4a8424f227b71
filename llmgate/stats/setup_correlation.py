"""Turn pass counts by fixture and set-up into how alike the trials of a set-up are, and whether by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1999
"""Random rearrangements; with the observed one, p-values are multiples of 1/2000."""
SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """One fixture's trials by set-up: in each, how many passed of how many."""

    passed: tuple[int, ...]
    trials: tuple[int, ...]

    @property
    def several(self) -> Groups:
        """Those set-ups in which it has several trials: a single one has nothing to be alike to."""
        kept = [row for row in zip(self.passed, self.trials, strict=True) if row[1] > 1]
        return Groups(passed=tuple(passed for passed, _ in kept), trials=tuple(trials for _, trials in kept))

    @property
    def tells(self) -> bool:
        """Whether it has something to tell: several set-ups, several trials in one, and outcomes of both kinds."""
        kept = self.several
        return len(kept.trials) > 1 and 0 < sum(kept.passed) < sum(kept.trials)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """`icc` is the intra-class correlation, `p_value` that of as much or more by chance, `alone` each fixture's own.

    `typical` is the number of trials in a set-up, so that `design_effect` says how many times fewer trials they are.
    """

    icc: float
    p_value: float
    typical: float
    alone: tuple[float, ...]

    @property
    def design_effect(self) -> float:
        """How many trials are worth as much as one that is independent: 1 + (typical - 1) icc, at least 1."""
        return max(1.0, 1 + (self.typical - 1) * self.icc)


def correlation(fixtures: Sequence[Groups]) -> Correlation | None:
    """Estimate the correlation within set-ups; None where no fixture has anything to tell.

    One-way analysis of variance within each fixture, sums and degrees of freedom added over fixtures, so that fixtures
    that differ from each other are not taken for set-ups that differ: icc = (MSB - MSW) / (MSB + (n0 - 1) MSW).
    The p-value is that of a permutation test: under "a trial does not know its set-up" the outcomes of a fixture are
    exchangeable between its set-ups, whatever its rate, so passes by set-up are multivariate hypergeometric. Exact but
    for the DRAWS. `alone` are the same test for each fixture, 1.0 where it has nothing to tell.
    Source: Donner & Koval 1980 (estimate); Fisher 1935 (test). Assumes fixtures do not share their randomness under the
    null. Edge case: a perfect split gives icc 1.
    """
    telling = [groups for groups in fixtures if groups.tells]
    if not telling:
        return None
    generator = np.random.default_rng(SEED)
    total = np.zeros(DRAWS)
    alone = [1.0] * len(fixtures)
    between = within = size = 0.0
    freedom = [0, 0]
    for place, groups in enumerate(fixtures):
        if not groups.tells:
            continue
        kept = groups.several
        trials = np.asarray(kept.trials, dtype=np.int64)
        passes = sum(kept.passed)
        drawn = generator.multivariate_hypergeometric(trials, passes, size=DRAWS)
        spread, spreads = _between(np.asarray(kept.passed), trials), _between(drawn, trials)
        everything = passes * (1 - passes / trials.sum())
        between, within, total = between + float(spread), within + everything - float(spread), total + spreads
        freedom = [freedom[0] + len(trials) - 1, freedom[1] + int(trials.sum()) - len(trials)]
        size += float(trials.sum() - (trials**2).sum() / trials.sum())
        alone[place] = _share(spreads, float(spread))
    typical = size / freedom[0]
    return Correlation(
        icc=_icc(between / freedom[0], within / freedom[1], typical),
        p_value=_share(total, between),
        typical=typical,
        alone=tuple(alone),
    )


def _between(passed: NDArray[np.int64], trials: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of squares between set-ups, for each row."""
    rate = passed.sum(axis=-1, keepdims=True) / trials.sum()
    return np.asarray(((passed / trials - rate) ** 2 * trials).sum(axis=-1), dtype=np.float64)


def _icc(between: float, within: float, typical: float) -> float:
    spread = between + (typical - 1) * within
    return float((between - within) / spread) if spread > 0 else 0.0


def _share(drawn: NDArray[np.float64], observed: float) -> float:
    """Return the p-value: the observed arrangement is one of those that could have been."""
    return float(((drawn >= observed - 1e-9).sum() + 1) / (DRAWS + 1))
