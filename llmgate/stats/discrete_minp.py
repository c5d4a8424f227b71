"""Turn per-fixture counts into p-values adjusted for many discrete tests (display and conformance)."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llmgate.stats import distributions

_SLACK = 1 + 1e-9  # attainable p-values that are equal in exact arithmetic


def adjusted(
    base_passed: Sequence[int], base_trials: Sequence[int], head_passed: Sequence[int], head_trials: Sequence[int]
) -> tuple[float, ...]:
    """Return step-down min-p adjusted p-values of one-sided Fisher tests, strong control of the family-wise error.

    Adjusted p = 1 - Π (1 - largest attainable p of fixture j that is <= p), over the fixtures not yet stepped past.
    A fixture that cannot reach a small p costs nothing, which Holm's procedure ignores. Assumes fixtures independent.
    Source: Tarone 1990; Westfall & Wolfinger 1997. Edge case: an all-pass fixture has p 1.
    """
    attainable = [_attainable(*row) for row in zip(base_passed, base_trials, head_passed, head_trials, strict=True)]
    observed = np.array([tails[index] for tails, index in attainable])
    order = np.argsort(observed, kind="stable")
    result = np.ones(len(observed))
    largest = 0.0
    for position, fixture in enumerate(order):
        reach = [_reachable(attainable[other][0], observed[fixture]) for other in order[position:]]
        largest = max(largest, -math.expm1(math.fsum(math.log1p(-p) for p in reach)))
        result[fixture] = largest
    return tuple(result.tolist())


def _attainable(base: int, base_n: int, head: int, head_n: int) -> tuple[NDArray[np.float64], int]:
    support, probabilities = distributions.hypergeometric(base_n + head_n, base + head, head_n)
    return np.minimum(np.cumsum(probabilities), 1.0), head - int(support[0])


def _reachable(tails: NDArray[np.float64], limit: float) -> float:
    within = tails[tails <= limit * _SLACK]
    return min(float(within.max()), 1 - 1e-16) if len(within) else 0.0
