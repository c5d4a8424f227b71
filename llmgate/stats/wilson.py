"""Turn one pass count into Wilson's score interval (display, and a part of Newcombe's)."""

import math

from llmgate.stats import distributions
from llmgate.stats.interval import Interval


def interval(passed: int, trials: int, *, level: float = 0.95) -> Interval:
    """Return the Wilson score interval of a pass rate.

    Centre (p + z²/2n) / (1 + z²/n), half-width z sqrt(p(1-p)/n + z²/4n²) / (1 + z²/n).
    Assumes independent trials with one rate. Source: Wilson 1927.
    Edge cases: 0 and all passes give a one-sided-looking interval that stays inside [0, 1]; no trial gives [0, 1].
    """
    if not trials:
        return Interval(low=0.0, high=1.0)
    z = distributions.normal_upper((1.0 - level) / 2.0)
    rate = passed / trials
    shrink = 1.0 + z * z / trials
    centre = (rate + z * z / (2 * trials)) / shrink
    half = z * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials)) / shrink
    return Interval(low=max(0.0, centre - half), high=min(1.0, centre + half))
