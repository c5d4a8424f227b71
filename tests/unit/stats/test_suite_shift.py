"""Published values: R's mantelhaen.test on Agresti's rabbits, whose corrected statistic is this z squared."""

import math

import numpy as np
import pytest
from scipy import stats

from llmgate.stats import suite_shift


def z(rows, weights=None):
    counts = np.array(rows)
    return suite_shift.z_score(counts, np.ones(len(counts)) if weights is None else np.array(weights))


def test_weighted_by_trials_it_is_the_corrected_mantel_haenszel_statistic_of_r():
    rabbits = [(0, 6, 0, 5), (3, 6, 0, 6), (6, 6, 2, 6), (5, 6, 6, 6), (2, 2, 5, 5)]
    score = z(rabbits, [5.0, 6.0, 6.0, 6.0, 5.0])
    assert (score**2, 2 * stats.norm.sf(-score)) == pytest.approx((3.928571, 0.047472), abs=5e-7)


def test_one_fixture_gives_the_continuity_corrected_hypergeometric_z():
    # 8 of 10 on base, 2 of 4 on head: mean 10·4/14, variance 4·(10/14)(4/14)·10/13
    assert z([(8, 10, 2, 4)]) == pytest.approx((2.5 - 40 / 14) / math.sqrt(4 * (10 / 14) * (4 / 14) * (10 / 13)))


def test_equal_fixtures_add_up_with_one_half_pass_of_correction():
    one = (2 - 40 / 14) * 9 + 0.5
    assert z([(8, 10, 2, 4)] * 9) == pytest.approx(one / math.sqrt(9 * 4 * (10 / 14) * (4 / 14) * (10 / 13)))


def test_a_suite_without_variance_is_not_shifted():
    assert z([(10, 10, 2, 2), (0, 10, 0, 2)]) == 0.0


def test_a_heavier_fixture_that_fell_pulls_the_suite_down():
    rows = [(10, 10, 3, 5), (5, 10, 5, 5)]
    assert z(rows, [5.0, 1.0]) < z(rows) < z(rows, [1.0, 5.0])
