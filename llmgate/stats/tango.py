"""Turn discordant pair counts into Tango's score interval of the paired difference (display and conformance)."""

import math

from llmgate.stats import distributions
from llmgate.stats.interval import Interval
from llmgate.stats.roots import root

_EDGE = 1e-10


def interval(only_first: int, only_second: int, pairs: int, *, level: float = 0.95) -> Interval:
    """Return the score interval of p1 - p2: every difference whose score statistic stays within ±z.

    The statistic at d is (only_first - only_second - n d) / sqrt(n (2q + d(1-d))), q the restricted maximum
    likelihood estimate of the cell (second only). Assumes independent pairs. Source: Tango 1998, Stat Med 17:891.
    Edge cases: a limit that does not exist is -1 or 1; no discordant pair gives an interval around 0.
    """
    z = distributions.normal_upper((1.0 - level) / 2.0)
    middle = (only_first - only_second) / pairs

    def score(difference: float) -> float:
        return _score(only_first, only_second, pairs, difference)

    low, high = -1.0, 1.0
    if score(-1 + _EDGE) >= z:
        low = root(lambda difference: score(difference) - z, -1 + _EDGE, middle)
    if score(1 - _EDGE) <= -z:
        high = root(lambda difference: score(difference) + z, middle, 1 - _EDGE)
    return Interval(low=low, high=high)


def _score(only_first: int, only_second: int, pairs: int, difference: float) -> float:
    linear = -only_first - only_second + (2 * pairs - only_first + only_second) * difference
    constant = -only_second * difference * (1 - difference)
    cell = (math.sqrt(max(linear * linear - 8 * pairs * constant, 0.0)) - linear) / (4 * pairs)
    variance = pairs * (2 * cell + difference * (1 - difference))
    distance = only_first - only_second - pairs * difference
    if variance <= 1e-14:
        return 0.0 if abs(distance) < 1e-12 else math.copysign(1e9, distance)
    return distance / math.sqrt(variance)
