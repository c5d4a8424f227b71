"""Published values: statsmodels' tests and Newcombe 1998 (independent); R contingencytables test-ch8.R (paired)."""

import pytest

from llmgate.stats import newcombe


@pytest.mark.parametrize(
    ("table", "low", "high"), [((7, 34, 1, 34), 0.0189, 0.3404), ((56, 70, 48, 80), 0.0524, 0.3339)]
)
def test_independent_samples_give_the_published_interval(table, low, high):
    interval = newcombe.independent(*table)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [((59, 6, 16, 80), -0.1186, -0.0046), ((1, 0, 0, 1), -0.5734, 0.5734)],
)
def test_paired_samples_give_the_published_interval(table, low, high):
    interval = newcombe.paired(*table)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_an_empty_margin_makes_the_pairs_uncorrelated():
    assert newcombe.paired(10, 0, 0, 0) == newcombe.independent(10, 10, 10, 10)


def test_disagreement_widens_the_interval():
    paired = newcombe.paired(1, 5, 5, 1)
    independent = newcombe.independent(6, 12, 6, 12)
    assert paired.high > independent.high
