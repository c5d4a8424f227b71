"""Turn the evidence of several fixtures into evidence that survives looking at all of them."""

from collections.abc import Sequence

import numpy as np


def adjusted(evidence: Sequence[float]) -> tuple[float, ...]:
    """Return e*ᵢ = the smallest mean of Eᵢ and the k smallest others, over k = 0, 1, ….

    Naming every fixture with e* >= 1/alpha names a fixture that did not get worse with probability at most alpha,
    under any dependence and at any stopping time. Source: closed testing with arithmetic means, Vovk & Wang 2021
    (Ann Stat 49:1736). Edge cases: none gives an empty tuple, one fixture keeps its own value.
    """
    values = np.asarray(evidence, dtype=float)
    return tuple(_smallest_mean(values, index) for index in range(len(values)))


def _smallest_mean(values: np.typing.NDArray[np.float64], index: int) -> float:
    others = np.sort(np.delete(values, index))
    sums = values[index] + np.concatenate([[0.0], np.cumsum(others)])
    return float((sums / np.arange(1, len(values) + 1)).min())
