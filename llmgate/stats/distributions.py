"""Tails and quantiles of common distributions, over numpy and scipy's special functions.

`scipy.stats` has them all and takes 0.5 s to import, which every run that compares anything would pay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special


def normal_upper(tail: float) -> float:
    """Return the z that a standard normal variable exceeds with this probability."""
    return -float(special.ndtri(tail))


def normal_tail(z: float) -> float:
    """Return P(Z > z) of a standard normal variable."""
    return float(special.ndtr(-z))


def student_quantile(probability: float, degrees: float) -> float:
    """Return the quantile of Student's t."""
    return float(special.stdtrit(degrees, probability))


def gamma_quantile(probability: float, shape: float) -> float:
    """Return the quantile of a gamma variable with scale 1."""
    return float(special.gammaincinv(shape, probability))


def beta_quantile(probability: float, passes: float, fails: float) -> float:
    """Return the quantile of a beta variable with these shapes."""
    return float(special.betaincinv(passes, fails, probability))


def log_beta(passes: ArrayLike, fails: ArrayLike) -> NDArray[np.float64]:
    """Return the logarithm of the beta function."""
    return np.asarray(special.betaln(passes, fails), dtype=np.float64)


def binomial(successes: ArrayLike, trials: int, rate: ArrayLike) -> NDArray[np.float64]:
    """Return P(X = successes), broadcast over both arrays; exact at rates of 0 and 1."""
    k, p = np.asarray(successes, dtype=np.float64), np.asarray(rate, dtype=np.float64)
    logarithm = _choices(trials, k) + special.xlogy(k, p) + special.xlog1py(trials - k, -p)
    return np.asarray(np.exp(logarithm), dtype=np.float64)


def binomial_lower(successes: int, trials: int, rate: float) -> float:
    """Return P(X <= successes)."""
    return float(special.bdtr(successes, trials, rate))


def binomial_upper(successes: int, trials: int, rate: float) -> float:
    """Return P(X > successes)."""
    return float(special.bdtrc(successes, trials, rate))


def hypergeometric(total: int, marked: int, drawn: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return every number of marked ones that can be among those drawn without replacement, and its probability."""
    support = np.arange(max(0, drawn + marked - total), min(marked, drawn) + 1)
    logarithm = _choices(marked, support) + _choices(total - marked, drawn - support) - _choices(total, drawn)
    return support, np.asarray(np.exp(logarithm), dtype=np.float64)


def _choices(among: ArrayLike, chosen: ArrayLike) -> NDArray[np.float64]:
    """Return the logarithm of a binomial coefficient."""
    n, k = np.asarray(among, dtype=np.float64), np.asarray(chosen, dtype=np.float64)
    return np.asarray(-np.log1p(n) - special.betaln(n - k + 1, k + 1), dtype=np.float64)
