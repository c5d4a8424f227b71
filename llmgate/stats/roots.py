"""A function that changes its sign in an interval → where it does."""

from __future__ import annotations

from collections.abc import Callable

TOLERANCE = 2e-12
_STEPS = 200


def root(function: Callable[[float], float], low: float, high: float, *, tolerance: float = TOLERANCE) -> float:
    """Return a zero of a continuous function between `low` and `high`, to within `tolerance`.

    Regula falsi with Illinois' halving (Dowell & Jarratt 1971), and a bisection wherever a step does not halve the
    interval: it never takes more than twice as many steps as bisection alone.

    Raises:
        ValueError: where the function has the same sign at both ends.
    """
    at_low, at_high = function(low), function(high)
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    if (at_low > 0) == (at_high > 0):
        raise ValueError("the function has the same sign at both ends")
    bisects = False
    for _ in range(_STEPS):
        width = high - low
        middle = (low + high) / 2
        point = middle if bisects else high - at_high * width / (at_high - at_low)
        if not low < point < high:
            point = middle
        if width <= tolerance or point in (low, high):
            break
        value = function(point)
        if value == 0:
            return point
        if (value > 0) == (at_high > 0):
            high, at_high, at_low = point, value, at_low / 2
        else:
            low, at_low, at_high = point, value, at_high / 2
        bisects = not bisects and high - low > width / 2
    return (low + high) / 2
