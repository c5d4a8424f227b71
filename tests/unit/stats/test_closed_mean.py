"""Reference values of statistics.md §12 case 8, after Vovk & Wang 2021."""

import pytest

from llmgate.stats import closed_mean


def test_five_fixtures_are_adjusted_as_in_the_reference():
    assert closed_mean.adjusted([200, 60, 8, 1, 0.3]) == pytest.approx((52.325, 17.325, 3.1, 0.65, 0.3))


def test_one_fixture_keeps_its_evidence():
    assert closed_mean.adjusted([7.5]) == (7.5,)


def test_no_fixture_has_no_evidence():
    assert closed_mean.adjusted([]) == ()


def test_capped_evidence_stays_finite():
    assert closed_mean.adjusted([1e300] * 3) == pytest.approx((1e300,) * 3)
