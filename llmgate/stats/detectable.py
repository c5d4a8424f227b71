"""Turn the size of a comparison into the smallest drop it would have seen four times out of five."""

import math
from collections.abc import Sequence

import numpy as np

from llmgate.stats import distributions

POWER = 0.8
_CALIBRATION = 5.2  # measured: detectable · sqrt(N·R) / sigma_D is 4.9 to 5.4 for N = 20 … 1000 at alpha .05
_WORST_DEVIATION = math.sqrt(0.5)
_HEAD_RATES = (
    (5, 0.46),
    (3, 0.42),
    (2, 0.35),
    (1, 0.20),
)  # measured at N = 200: head rate seen by screens of this size


def deviation(passed: Sequence[int], trials: Sequence[int], weights: Sequence[float]) -> float:
    """Return sigma_D, the standard deviation of a single pair's difference when nothing changed, from base samples.

    sigma_D² = (2/N) Σ (wᵢ/w̄)² xᵢ(nᵢ-xᵢ) / (nᵢ(nᵢ-1)). Fixtures with one base sample say nothing and are left out; if
    there are only such, the largest possible value sqrt(1/2) is returned.
    """
    x, n, w = (np.asarray(values, dtype=float) for values in (passed, trials, weights))
    several = n >= 2
    if not several.any():
        return _WORST_DEVIATION
    scale = w / w.mean()
    x, n, scale = x[several], n[several], scale[several]
    return math.sqrt(2 * float((scale**2 * x * (n - x) / (n * (n - 1))).mean()))


def suite_drop(spread: float, pairs: int, fewest: int) -> float:
    """Return the broad drop of the suite's mean that is blocked with power .8: 5.2·sigma_D / sqrt(pairs), at most 1.

    Calibrated by simulation at alpha .05 with the screen's losses included. It is no less than the drop at which
    Poisson(pairs · drop) reaches the `fewest` worse pairs that can block, with the same power: a suite that always
    passes has sigma_D = 0 and still cannot see everything. Fixtures that never pass on base change neither term.
    """
    floor = distributions.gamma_quantile(POWER, fewest) / pairs
    return min(1.0, max(_CALIBRATION * spread / math.sqrt(pairs), floor))


def fixture_drop(samples: int) -> float:
    """Return the drop of a single fixture, from always passing, that is blocked with power .8.

    Looked up by the head samples of the screen: .80, .65, .58, .54 for 1, 2, 3, 5 and more.
    """
    return 1.0 - next(rate for least, rate in _HEAD_RATES if samples >= least)
