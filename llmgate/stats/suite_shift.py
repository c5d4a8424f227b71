"""Turn the screen's counts into a z-score of the whole suite, which decides only what is sampled next."""

import math

import numpy as np
from numpy.typing import NDArray


def z_score(counts: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """Return the standardised weighted sum of head pass rates, given each fixture's total of passes.

    Rows are (base passed, base trials, head passed, head trials). With m passes in n trials, head passes have the
    hypergeometric mean m·n_H/n and variance n_H (m/n)(1-m/n)(n-n_H)/(n-1); half a typical step is added as the
    continuity correction (half a pass when weights and trials are equal). Negative is worse.
    Edge case: no variance (everything passes, or everything fails) gives 0.
    """
    base, base_n, head, head_n = counts.T.astype(float)
    step = weights / head_n
    trials = base_n + head_n
    share = (base + head) / trials
    variance = head_n * share * (1 - share) * (trials - head_n) / (trials - 1)
    spread = float((step**2 * variance).sum())
    if spread <= 0:
        return 0.0
    distance = float((step * (head - head_n * share)).sum()) + float(step.mean()) / 2
    return distance / math.sqrt(spread)
