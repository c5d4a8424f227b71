"""Turn the counts of all fixtures into the exact stratified p-value (kinds of failure in the screen)."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from llmgate.stats import distributions


def exact_worse(
    base_passed: Sequence[int], base_trials: Sequence[int], head_passed: Sequence[int], head_trials: Sequence[int]
) -> float:
    """Return the one-sided p-value of "head passes no fewer": P(sum of head passes <= observed).

    Permuting arm labels inside each fixture makes its head passes hypergeometric given its total; their sum has the
    convolution of these as its exact distribution. Equals Fisher's test for one fixture, the exact McNemar test for
    one pair per fixture, and the exact conditional Cochran-Mantel-Haenszel test (Agresti 1990).
    Assumes exchangeable trials inside a fixture; trial numbers may differ. Edge case: no headroom gives 1.
    """
    distribution, least = np.ones(1), 0
    possible = cache(_possible)
    for base, base_n, head, head_n in zip(base_passed, base_trials, head_passed, head_trials, strict=True):
        distribution = np.convolve(distribution, possible(base + head, base_n, head_n))
        least += _least(base + head, base_n)
    return min(1.0, float(distribution[: sum(head_passed) - least + 1].sum()))


def _possible(passed: int, base_n: int, head_n: int) -> NDArray[np.float64]:
    """Return the probabilities of the head's passes from the least to the most that the totals allow."""
    return distributions.hypergeometric(base_n + head_n, passed, head_n)[1]


def _least(passed: int, base_n: int) -> int:
    return max(0, passed - base_n)
