"""Turn the counts of all fixtures into the exact stratified p-value (display of slices, and conformance)."""

from collections.abc import Sequence

import numpy as np
from scipy import stats


def exact_worse(
    base_passed: Sequence[int], base_trials: Sequence[int], head_passed: Sequence[int], head_trials: Sequence[int]
) -> float:
    """Return the one-sided p-value of "head passes no fewer": P(sum of head passes <= observed).

    Permuting arm labels inside each fixture makes its head passes hypergeometric given its total; their sum has the
    convolution of these as its exact distribution. Equals Fisher's test for one fixture, the exact McNemar test for
    one pair per fixture, and the exact conditional Cochran-Mantel-Haenszel test (Agresti 1990).
    Assumes exchangeable trials inside a fixture; trial numbers may differ. Edge case: no headroom gives 1.
    """
    distribution = np.ones(1)
    for base, base_n, head, head_n in zip(base_passed, base_trials, head_passed, head_trials, strict=True):
        support = np.arange(head_n + 1)
        distribution = np.convolve(distribution, stats.hypergeom.pmf(support, base_n + head_n, base + head, head_n))
    return min(1.0, float(distribution[: sum(head_passed) + 1].sum()))
