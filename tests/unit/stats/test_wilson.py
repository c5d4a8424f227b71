"""Published values: Newcombe 1998 (Stat Med 17:857), table I, method 3."""

import pytest

from llmgate.stats import wilson


@pytest.mark.parametrize(
    ("passed", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_one_newcombe_publishes(passed, trials, low, high):
    interval = wilson.interval(passed, trials)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_no_trial_says_nothing():
    interval = wilson.interval(0, 0)
    assert (interval.low, interval.high) == (0.0, 1.0)
