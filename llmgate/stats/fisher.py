"""Turn the counts of many fixtures into one-sided Fisher p-values, all at once."""

import numpy as np
from numpy.typing import NDArray

from llmgate.stats import distributions


def worse(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return P(head passes <= observed | total) for each row (base passed, base trials, head passed, head trials).

    Hypergeometric: given the total of passes, arm labels are exchangeable if nothing changed. One-sided Fisher test.
    Suites repeat few distinct rows, so each distinct one is evaluated once: 10,000 fixtures take milliseconds.
    Edge cases: all pass and all fail give 1; trial numbers may differ between arms and fixtures.
    """
    distinct, rows = np.unique(counts, axis=0, return_inverse=True)
    tails = np.array([_tail(*map(int, row)) for row in distinct], dtype=np.float64)
    return np.asarray(np.clip(tails, 0.0, 1.0)[rows.reshape(-1)], dtype=np.float64)


def _tail(base: int, base_n: int, head: int, head_n: int) -> float:
    support, probabilities = distributions.hypergeometric(base_n + head_n, base + head, head_n)
    return float(probabilities[: head - int(support[0]) + 1].sum())
