"""Turn one count into the exact interval of its probability."""

from llmgate.stats import distributions
from llmgate.stats.interval import Interval


def interval(found: int, trials: int, *, level: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval: both tails of the binomial, inverted, so that it covers at any rate.

    Low is the a/2 quantile of Beta(x, n-x+1), high the 1-a/2 quantile of Beta(x+1, n-x), with a = 1 - level.
    Assumes independent trials with one rate. Source: Clopper & Pearson 1934 (R: binom.test).
    Edge cases: x = 0 has low 0, x = n has high 1; no trial gives [0, 1].
    """
    tail = (1.0 - level) / 2.0
    low = distributions.beta_quantile(tail, found, trials - found + 1) if found else 0.0
    high = distributions.beta_quantile(1.0 - tail, found + 1, trials - found) if found < trials else 1.0
    return Interval(low=low, high=high)
