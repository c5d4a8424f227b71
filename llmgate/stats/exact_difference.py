"""Turn two pass counts into an exact lower limit of the difference of their rates (the effect of an intervention)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmgate.stats import distributions

_STEPS = 24
_NUISANCES = 101
_SLACK = 1e-9  # statistics that are equal in exact arithmetic


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """Passes in independent trials with one rate."""

    passed: int
    trials: int


def lower_limit(first: Passes, second: Passes, *, alpha: float = 0.05) -> float:
    """Return the one-sided lower 1 - alpha confidence limit of p1 - p2 for two independent samples.

    The smallest difference d that the exact unconditional score test does not reject: the outcomes whose score
    statistic against d is at least the observed one have a probability above alpha for some p2. At d = 0 it is the test
    of Suissa and Shuster (1985), so the limit is above 0 exactly where that rejects. Source: Chan & Zhang 1999,
    Biometrics 55:1202. Coverage is at least 1 - alpha whatever the rates, up to the grid of p2 (101 points); the limit
    is found to 1e-6 from below. Edge case: without a trial in either sample it is -1.
    """
    if not first.trials or not second.trials:
        return -1.0
    observed = first.passed / first.trials - second.passed / second.trials
    low, high = -1.0, observed
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if _tail(first, second, middle) > alpha else (middle, high)
    return low


def _tail(first: Passes, second: Passes, difference: float) -> float:
    """Return the largest probability, over p2, of a score statistic as large as the observed one."""
    scores = _scores(first.trials, second.trials, difference)
    extreme = scores >= scores[first.passed, second.passed] - _SLACK
    nuisance = np.linspace(max(0.0, -difference), min(1.0, 1.0 - difference), _NUISANCES)
    ones = distributions.binomial(
        np.arange(first.trials + 1)[:, None], first.trials, np.clip(nuisance + difference, 0, 1)
    )
    others = distributions.binomial(np.arange(second.trials + 1)[:, None], second.trials, nuisance)
    return float(np.einsum("in,ij,jn->n", ones, extreme.astype(np.float64), others).max())


def _scores(trials_1: int, trials_2: int, difference: float) -> NDArray[np.float64]:
    """Return the score statistic of every outcome: the excess over `difference` by its error at constrained rates."""
    passed_1, passed_2 = np.meshgrid(np.arange(trials_1 + 1), np.arange(trials_2 + 1), indexing="ij")
    rate_2 = _constrained(passed_1, trials_1, passed_2, trials_2, difference)
    rate_1 = np.clip(rate_2 + difference, 0.0, 1.0)
    variance = rate_1 * (1 - rate_1) / trials_1 + rate_2 * (1 - rate_2) / trials_2
    excess = passed_1 / trials_1 - passed_2 / trials_2 - difference
    certain = np.copysign(np.inf, excess)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.where(variance > 0, excess / np.sqrt(variance), certain)
    return np.where(np.abs(excess) < _SLACK, 0.0, scores)


def _constrained(
    passed_1: NDArray[np.int64], trials_1: int, passed_2: NDArray[np.int64], trials_2: int, difference: float
) -> NDArray[np.float64]:
    """Return the maximum-likelihood p2 under p1 = p2 + difference: a root of a cubic (Miettinen & Nurminen 1985)."""
    total, passed = trials_1 + trials_2, passed_1 + passed_2
    a = float(total)
    b = (trials_1 + 2 * trials_2) * difference - total - passed
    c = (trials_2 * difference - total - 2 * passed_2) * difference + passed
    d = passed_2 * difference * (1 - difference)
    turn = b**3 / (27 * a**3) - b * c / (6 * a * a) + d / (2 * a)
    reach = np.sign(turn) * np.sqrt(np.maximum(b * b / (9 * a * a) - c / (3 * a), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(reach != 0, turn / reach**3, 0.0)
    angle = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    root = 2 * reach * np.cos(angle) - b / (3 * a)
    return np.asarray(np.clip(root, max(0.0, -difference), min(1.0, 1.0 - difference)), dtype=np.float64)
