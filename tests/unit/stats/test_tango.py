"""Published values: R contingencytables test-ch8.R (Cavo), R ratesci test3.R (Bentur), Tango 1998."""

import pytest

from llmgate.stats import tango


@pytest.mark.parametrize(
    ("counts", "level", "limits", "digits"),
    [
        ((6, 16, 161), 0.95, (-0.1240, -0.0054), 5e-5),
        ((1, 7, 21), 0.95, (-0.517, -0.026), 5e-4),
        ((9, 3, 32), 0.95, (-0.027, 0.390), 5e-4),
        ((0, 1, 44), 0.90, (-0.096, 0.037), 5e-4),
    ],
)
def test_the_interval_is_the_published_one(counts, level, limits, digits):
    interval = tango.interval(*counts, level=level)
    assert (interval.low, interval.high) == pytest.approx(limits, abs=digits)


def test_pairs_that_never_disagree_give_an_interval_around_zero():
    interval = tango.interval(0, 0, 20)
    assert interval.low == pytest.approx(-interval.high)


def test_pairs_that_always_disagree_reach_the_end_of_the_scale():
    assert tango.interval(3, 0, 3).high == 1.0


def test_pairs_that_always_disagree_the_other_way_reach_the_other_end():
    assert tango.interval(0, 3, 3).low == -1.0
