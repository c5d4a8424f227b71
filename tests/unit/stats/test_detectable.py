import math

import pytest

from llmgate.stats import detectable


def test_the_deviation_is_the_unbiased_one_of_both_arms():
    # two fixtures, 5 of 10: 2 · mean(25 / 90)
    assert detectable.deviation([5, 5], [10, 10], [1, 1]) == pytest.approx(math.sqrt(2 * 25 / 90))


def test_fixtures_with_one_sample_are_left_out_of_the_deviation():
    assert detectable.deviation([5, 1], [10, 1], [1, 1]) == pytest.approx(math.sqrt(2 * 25 / 90))


def test_single_samples_alone_give_the_worst_case():
    assert detectable.deviation([1, 0], [1, 1], [1, 1]) == pytest.approx(math.sqrt(0.5))


def test_a_heavier_flaky_fixture_deviates_more():
    assert detectable.deviation([5, 10], [10, 10], [3, 1]) > detectable.deviation([5, 10], [10, 10], [1, 1])


@pytest.mark.parametrize(
    ("fixtures", "rounds", "points"), [(20, 24, 7.0), (50, 24, 4.6), (100, 16, 4.0), (200, 8, 3.7)]
)
def test_the_suite_drop_is_near_the_measured_one(fixtures, rounds, points):
    # statistics.md §7.5, sigma_D about .29; the formula is stated to hold within 8 %
    assert detectable.suite_drop(0.29, fixtures * rounds, 9) * 100 == pytest.approx(points, rel=0.08)


def test_a_suite_that_always_passes_cannot_see_everything():
    # Poisson(m) reaches 9 with probability .8 at m = 11.4
    assert detectable.suite_drop(0.0, 1000, 9) == pytest.approx(0.0114, abs=5e-5)


def test_no_drop_is_larger_than_all():
    assert detectable.suite_drop(0.7, 3, 9) == 1.0


@pytest.mark.parametrize(("samples", "drop"), [(1, 0.80), (2, 0.65), (3, 0.58), (4, 0.58), (5, 0.54), (10, 0.54)])
def test_a_fixtures_drop_is_looked_up_by_the_size_of_the_screen(samples, drop):
    # statistics.md §7.4
    assert detectable.fixture_drop(samples) == pytest.approx(drop)
