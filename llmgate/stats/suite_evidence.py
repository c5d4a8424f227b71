"""Turn rounds of one fresh pair per fixture into evidence that the suite's mean dropped, and into a confidence set."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmgate.stats.interval import Interval
from llmgate.stats.mixture import mixture
from llmgate.stats.roots import root

STAKES = (0.15, 0.3, 0.5, 0.75)
PRIOR = (0.25, 0.25, 0.25, 0.25)
MARGIN_LIMIT = 1 / 3  # the largest stake, .75, must not be able to lose more than it has: .75 (1 + margin) < 1
_EDGE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Drops:
    """Drops (base minus head, in [-1, 1]), their fixture's weight over the largest, and how often each was seen."""

    values: NDArray[np.float64]
    scales: NDArray[np.float64]
    counts: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteEvidence:
    """The state of the suite's e-process: the log wealth of each stake.

    E = mean over stakes λ of Π (1 + λ·scale·(drop - margin)); for equal weights and no margin
    mean of (1+λ)^worse (1-λ)^better, a betting McNemar test. Null: the weighted mean drop is at most `margin`. A full
    round multiplies by Π(1 + λ_i μ_i) <= exp(Σ λ_i μ_i) <= 1 in the mean although fixtures differ, so E is a
    supermartingale over full rounds only: it is never looked at inside one. Source: Waudby-Smith & Ramdas 2020
    (arXiv 2010.09686). Assumes pairs independent given the rates. Edge case: no discordant pair leaves it at 1.
    """

    margin: float
    log_wealth: tuple[float, ...] = (0.0,) * len(STAKES)

    @property
    def value(self) -> float:
        return mixture(PRIOR, self.log_wealth)

    def after(self, drops: Drops) -> "SuiteEvidence":
        """Return the state after one more full round."""
        gains = log_gains(drops, self.margin)
        wealth = tuple(log + gain for log, gain in zip(self.log_wealth, gains, strict=True))
        return SuiteEvidence(margin=self.margin, log_wealth=wealth)


def log_gains(drops: Drops, margin: float) -> tuple[float, ...]:
    """Return Σ count · log(1 + λ·scale·(drop - margin)) for each stake λ.

    A stake that could lose more than everything (λ(1 + margin) >= 1) counts as lost: -inf, which only lowers E.
    """
    return tuple(
        float((drops.counts * np.log1p(stake * drops.scales * (drops.values - margin))).sum())
        if stake * (1 + margin) < 1
        else -math.inf
        for stake in STAKES
    )


def confidence_set(drops: Drops, *, alpha: float = 0.05) -> Interval:
    """Return every mean drop that neither direction of betting rejects at alpha/2, valid at any stopping time.

    {m : E(m) < 2/alpha in both directions}; E falls in m, so each end is one root. Edge case: an end that nothing
    rejects is -1 or 1.
    """
    mirrored = Drops(values=-drops.values, scales=drops.scales, counts=drops.counts)
    return Interval(low=_lower_end(drops, 2 / alpha), high=-_lower_end(mirrored, 2 / alpha))


def fewest_drops(needed: float) -> int:
    """Return the smallest number of worse pairs, with no better one, that lifts E to `needed`."""
    worse = 1
    while mixture(PRIOR, [worse * math.log1p(stake) for stake in STAKES]) < needed:
        worse += 1
    return worse


def _lower_end(drops: Drops, limit: float) -> float:
    def excess(mean: float) -> float:
        return math.log(max(mixture(PRIOR, log_gains(drops, mean)), 1e-300)) - math.log(limit)

    if excess(-1 + _EDGE) <= 0:
        return -1.0
    mass = drops.counts * drops.scales
    mean = float((mass * drops.values).sum() / mass.sum())
    return root(excess, -1 + _EDGE, max(mean, -1 + 2 * _EDGE))
