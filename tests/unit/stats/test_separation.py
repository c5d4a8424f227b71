"""Counts on two revisions: the exact test, the majorities, and when the outcome is certain."""

import pytest
from scipy import stats

from llmgate.stats import separation
from llmgate.stats.separation import Count

ALPHA = 0.05


def count(passed, trials):
    return Count(passed=passed, trials=trials)


@pytest.mark.parametrize(
    ("fails", "passes", "p"),
    [
        ((1, 4), (3, 4), 0.242857),  # lady tasting tea, Fisher 1935
        ((0, 5), (5, 5), 1 / 252),
        ((0, 2), (2, 2), 1 / 6),
        ((0, 2), (10, 10), 1 / 66),
        ((5, 5), (5, 5), 1.0),
        ((0, 0), (5, 5), 1.0),
    ],
)
def test_the_p_value_is_the_one_sided_fisher_test(fails, passes, p):
    assert separation.p_value(count(*fails), count(*passes)) == pytest.approx(p, abs=5e-7)


def test_the_side_that_is_tested_is_the_one_that_scipys_fisher_test_calls_less():
    p = separation.p_value(count(2, 9), count(6, 8))
    assert p == pytest.approx(stats.fisher_exact([[2, 7], [6, 2]], alternative="less").pvalue)


@pytest.mark.parametrize(
    ("fails", "passes", "separates"),
    [
        ((0, 10), (10, 10), True),
        ((0, 3), (3, 3), True),  # p = 1/20: alpha itself
        ((0, 10), (3, 10), False),  # p = 0.105
        ((0, 20), (6, 20), False),  # p = 0.01, and the fix mostly fails
        ((14, 20), (20, 20), False),  # p = 0.01, and the failure is mostly not caught
        ((5, 10), (10, 10), False),  # half is no majority
        ((10, 10), (0, 10), False),  # the wrong way round
        ((2, 10), (8, 10), True),
    ],
)
def test_counts_separate_by_the_test_and_both_majorities(fails, passes, separates):
    assert separation.separates(count(*fails), count(*passes), ALPHA) is separates


@pytest.mark.parametrize(
    ("fails", "passes", "outcome"),
    [
        ((0, 8), (8, 8), True),  # at worst 2/10 against 8/10: p = 0.0115
        ((0, 7), (7, 7), None),  # at worst 3/10 against 7/10: p = 0.0895
        ((5, 5), (5, 5), False),
        ((4, 4), (4, 4), None),
        ((0, 5), (0, 5), False),
        ((0, 0), (0, 0), None),
    ],
)
def test_the_outcome_is_certain_once_open_trials_cannot_change_it(fails, passes, outcome):
    assert separation.settled(count(*fails), count(*passes), 10, ALPHA) is outcome


def test_the_bound_counts_open_trials_against_the_proof():
    assert separation.bound(count(0, 8), count(8, 8), 10) == separation.p_value(count(2, 10), count(8, 10))


@pytest.mark.parametrize(("fails", "passes", "more"), [((0, 0), (0, 0), 3), ((0, 6), (6, 6), 2), ((3, 3), (3, 3), 2)])
def test_a_round_is_as_long_as_nothing_can_be_certain_before_its_end(fails, passes, more):
    left = 10 - fails[1]
    assert separation.fewest(count(*fails), count(*passes), 10, ALPHA, left=left) == more


def test_a_round_takes_what_is_left_where_lost_trials_keep_the_outcome_open():
    assert separation.fewest(count(0, 6), count(6, 6), 10, ALPHA, left=1) == 1


@pytest.mark.parametrize(("repeats", "p"), [(2, 1 / 6), (3, 1 / 20), (10, 1 / 184_756)])
def test_the_smallest_p_value_is_that_of_none_against_all(repeats, p):
    assert separation.smallest_p(repeats) == pytest.approx(p)
    assert separation.p_value(count(0, repeats), count(repeats, repeats)) == pytest.approx(p)


@pytest.mark.parametrize(("alpha", "least"), [(0.5, 1), (0.05, 3), (0.01, 5), (0.001, 7), (1e-100, 169), (1e-300, 501)])
def test_the_least_repeats_are_the_first_that_reach_alpha(alpha, least):
    assert separation.least_repeats(alpha) == least


def test_rates_that_lean_the_right_way_have_a_number_of_repeats_that_shows_them():
    # (4/12, 8/12): z_.05 + z_.2 = 2.4865, 2.4865² · 2 · (4/12 · 8/12) / (4/12)² = 24.7
    assert separation.enough(count(3, 10), count(7, 10), ALPHA) == 25


def test_no_number_of_repeats_makes_a_proof_of_a_fix_that_mostly_fails():
    assert separation.enough(count(0, 10), count(3, 10), ALPHA) is None
