"""Stored outcomes of a suite's fixtures → pass rates that they may well have, drawn anew for each simulated gate.

The rates are drawn from what the outcomes leave possible. Where there are none, that is the mixture that llmgate's own
measurements use (docs/decision.md): most fixtures nearly sure, some flaky, a few hopeless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from llmgate.compare import Count
from llmgate.stats import distributions

Rates = NDArray[np.float64]

SHARES = np.array([0.35, 0.35, 0.2, 0.1])
PASSES = np.array([300.0, 30.0, 2.0, 0.3])
FAILS = np.array([0.1, 0.3, 1.2, 30.0])
"""The mixture: of these shares, a fixture's rate is beta distributed with these shapes."""
PSEUDO_FIXTURES = 4.0
"""How many fixtures the shares of the mixture count for, beside those of the suite that have outcomes."""
ROUNDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a fixture: its stored outcomes, and what the gate makes of it."""

    fixture: str
    stored: Count = field(default_factory=lambda: Count(passed=0, trials=0))
    critical: bool = False
    weight: float = 1.0


class Drawing:
    """Draws rates of a suite: for each fixture from the mixture, given its outcomes (a mixture of betas again).

    The shares are those that fit the suite best, beside the ones above (empirical Bayes, by expectation and
    maximisation), so that a suite that never fails is not taken for one that does now and then.
    """

    def __init__(self, suite: Sequence[Known]) -> None:
        self.suite = tuple(sorted(suite, key=lambda known: known.fixture))
        passed = np.array([[known.stored.passed] for known in self.suite], dtype=np.float64)
        failed = np.array([[known.stored.trials - known.stored.passed] for known in self.suite], dtype=np.float64)
        self._passes, self._fails = PASSES + passed, FAILS + failed
        fit = distributions.log_beta(self._passes, self._fails) - distributions.log_beta(PASSES, FAILS)
        fit = np.exp(fit - fit.max(axis=1, keepdims=True))
        known = (passed + failed)[:, 0] > 0
        shares = _fitted(fit[known])
        weights = fit * shares
        self._shares = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)

    def rates(self, generator: np.random.Generator) -> Rates:
        """Draw one rate for each fixture."""
        rows = np.arange(len(self.suite))
        kind = (generator.random((len(rows), 1)) > self._shares).sum(axis=1).clip(max=len(SHARES) - 1)
        return np.asarray(generator.beta(self._passes[rows, kind], self._fails[rows, kind]), dtype=np.float64)

    def noises(self) -> Rates:
        """Return the mean of p (1 - p) for each fixture: how much a single trial of it varies."""
        shares, sums = np.diff(self._shares, prepend=0.0, axis=1), self._passes + self._fails
        varying = self._passes * self._fails / (sums * (sums + 1))
        return np.asarray((shares * varying).sum(axis=1), dtype=np.float64)

    def means(self) -> Rates:
        """Return the mean of what each fixture's rate may be."""
        shares = np.diff(self._shares, prepend=0.0, axis=1)
        return np.asarray((shares * self._passes / (self._passes + self._fails)).sum(axis=1), dtype=np.float64)


def _fitted(fit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit the shares of the kinds to the fixtures that have outcomes; `fit` has a row for each."""
    shares = SHARES
    for _ in range(ROUNDS):
        weights = fit * shares
        counts = (weights / weights.sum(axis=1, keepdims=True)).sum(axis=0) + PSEUDO_FIXTURES * SHARES
        shares = counts / counts.sum()
    return shares
