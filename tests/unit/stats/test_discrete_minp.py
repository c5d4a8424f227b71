"""Reference values of statistics.md §12 case 7, after Westfall & Wolfinger 1997."""

import pytest

from llmgate.stats import discrete_minp


def test_the_six_fixtures_of_the_reference_are_adjusted_step_by_step():
    adjusted = discrete_minp.adjusted((5, 5, 5, 4, 3, 0), (5,) * 6, (5, 0, 4, 2, 3, 0), (5,) * 6)
    assert adjusted == pytest.approx((1, 0.003968, 0.630952, 0.455215, 0.738095, 1), abs=5e-7)


def test_holm_would_have_given_six_times_the_raw_value():
    adjusted = discrete_minp.adjusted((5, 5, 5, 4, 3, 0), (5,) * 6, (5, 0, 4, 2, 3, 0), (5,) * 6)
    assert 6 * adjusted[1] == pytest.approx(0.0238, abs=5e-5)


def test_fixtures_that_cannot_reach_a_small_p_cost_nothing():
    alone = discrete_minp.adjusted((5,), (5,), (0,), (5,))
    among_many = discrete_minp.adjusted((5,) * 100, (5,) * 100, (0,) + (5,) * 99, (5,) * 100)
    assert among_many[0] == pytest.approx(alone[0])
