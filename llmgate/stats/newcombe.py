"""Turn two pass counts into Newcombe's square-and-add interval of their difference (display and conformance)."""

import math

from llmgate.stats import wilson
from llmgate.stats.interval import Interval


def independent(passed_1: int, trials_1: int, passed_2: int, trials_2: int, *, level: float = 0.95) -> Interval:
    """Return the interval of p1 - p2 for two independent samples (Newcombe 1998, Stat Med 17:873, method 10).

    d ∓ sqrt of the squared distances of the Wilson limits that face each other. Both samples need a trial.
    """
    return _square_and_add(passed_1, trials_1, passed_2, trials_2, level=level, correlation=0.0)


def paired(both: int, only_first: int, only_second: int, neither: int, *, level: float = 0.95) -> Interval:
    """Return the interval of p1 - p2 for one sample of pairs (Newcombe 1998, Stat Med 17:2635, method 10).

    As for independent samples, less twice the product of the distances times phi, the correlation of the two
    outcomes with Newcombe's correction: its numerator is lowered by n/2, to no less than 0, when positive.
    Edge case: an empty margin makes phi 0.
    """
    pairs = both + only_first + only_second + neither
    first, second = both + only_first, both + only_second
    spread = first * (pairs - first) * second * (pairs - second)
    agreement: float = both * neither - only_first * only_second
    if agreement > 0:
        agreement = max(agreement - pairs / 2, 0.0)
    correlation = agreement / math.sqrt(spread) if spread else 0.0
    return _square_and_add(first, pairs, second, pairs, level=level, correlation=correlation)


def _square_and_add(
    passed_1: int, trials_1: int, passed_2: int, trials_2: int, *, level: float, correlation: float
) -> Interval:
    first = wilson.interval(passed_1, trials_1, level=level)
    second = wilson.interval(passed_2, trials_2, level=level)
    rate_1, rate_2 = passed_1 / trials_1, passed_2 / trials_2
    difference = rate_1 - rate_2
    return Interval(
        low=difference - _hypotenuse(rate_1 - first.low, second.high - rate_2, correlation),
        high=difference + _hypotenuse(rate_2 - second.low, first.high - rate_1, correlation),
    )


def _hypotenuse(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(one * one + other * other - 2 * correlation * one * other, 0.0))
