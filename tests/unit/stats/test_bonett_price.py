"""Published values: R contingencytables test-ch8.R (Cavo, normal quantile); §12 case 10 for the clustered form."""

import pytest
from scipy import stats

from llmgate.stats import bonett_price


def test_one_pair_per_fixture_gives_the_published_interval_of_cavo_2012():
    differences = [1.0] * 6 + [-1.0] * 16 + [0.0] * 139
    interval = bonett_price.fit(differences, 1, population=True).interval(0.95, quantile=stats.norm.isf(0.025))
    assert (interval.low, interval.high) == pytest.approx((-0.1195, -0.0032), abs=5e-5)


@pytest.mark.parametrize(("fixtures", "samples", "half"), [(50, 2, 0.0230), (1, 10, 0.1686)])
def test_equal_arms_still_have_an_interval(fixtures, samples, half):
    interval = bonett_price.fit([0.0] * fixtures, samples).interval(0.90)
    assert (interval.low, interval.high) == pytest.approx((-half, half), abs=5e-5)


def test_weights_move_the_centre_to_the_heavier_fixture():
    assert bonett_price.fit([-1.0, 0.0], 5, weights=[3.0, 1.0]).centre == pytest.approx(-1.5 / 4)


def test_equal_weights_change_nothing():
    differences = [-0.2, 0.1, 0.0]
    assert bonett_price.fit(differences, 5, weights=[2.0] * 3) == bonett_price.fit(differences, 5)


def test_the_interval_stays_inside_the_scale():
    interval = bonett_price.fit([-1.0], 1).interval(0.95)
    assert (interval.low, interval.high) == (-1.0, 1.0)


def test_one_clean_fixture_needs_34_samples_to_show_5_points():
    # statistics.md §10, N = 1
    assert bonett_price.fit([0.0], 10).needed_samples(0.05, 0.90) == 34


def test_the_needed_samples_are_the_least_that_clear_the_margin():
    clears = [bonett_price.fit([0.0] * 4, samples).interval(0.90).low > -0.05 for samples in (1, 5, 10, 11)]
    assert bonett_price.fit([0.0] * 4, 10).needed_samples(0.05, 0.90) == 11
    assert clears == [False, False, False, True]


def test_no_number_of_samples_helps_when_the_drop_is_beyond_the_margin():
    assert bonett_price.fit([-0.5] * 20, 10).needed_samples(0.05, 0.90) is None


def test_no_difference_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one difference"):
        bonett_price.fit([], 2)
