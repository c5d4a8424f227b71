"""Reference values of statistics.md §12 case 8."""

import numpy as np
import pytest

from llmgate.stats import suite_evidence
from llmgate.stats.mixture import EVIDENCE_CAP
from llmgate.stats.suite_evidence import Drops, SuiteEvidence


def drops(worse, better, pairs, scale=1.0):
    counts = np.array([worse, better, pairs - worse - better], dtype=float)
    return Drops(values=np.array([1.0, -1.0, 0.0]), scales=np.full(3, scale), counts=counts)


def evidence(worse, better, pairs, margin=0.0):
    return SuiteEvidence(margin=margin).after(drops(worse, better, pairs)).value


@pytest.mark.parametrize(
    ("worse", "better", "pairs", "margin", "value"),
    [(18, 6, 200, 0.0, 11.694), (18, 6, 200, 0.01, 5.103)],
)
def test_discordant_pairs_give_the_evidence_of_the_reference(worse, better, pairs, margin, value):
    assert evidence(worse, better, pairs, margin) == pytest.approx(value, abs=5e-4)


def test_more_discordant_pairs_give_the_larger_reference_value():
    assert evidence(30, 6, 400) == pytest.approx(2025.6, abs=0.05)


@pytest.mark.parametrize(
    ("worse", "better", "pairs", "low", "high"), [(18, 6, 200, -0.0127, 0.1407), (30, 6, 400, 0.0176, 0.1096)]
)
def test_the_confidence_set_is_the_one_of_the_reference(worse, better, pairs, low, high):
    interval = suite_evidence.confidence_set(drops(worse, better, pairs))
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_no_discordant_pair_leaves_the_evidence_at_one():
    assert evidence(0, 0, 500) == 1.0


def test_few_pairs_confine_nothing():
    interval = suite_evidence.confidence_set(drops(0, 0, 1))
    assert (interval.low, interval.high) == (-1.0, 1.0)


@pytest.mark.parametrize(("worse", "better"), [(500, 0), (0, 500), (300, 200), (200, 300)])
def test_large_drops_have_a_finite_confidence_set_that_holds_the_mean(worse, better):
    interval = suite_evidence.confidence_set(drops(worse, better, 500))
    assert -1 <= interval.low <= (worse - better) / 500 <= interval.high <= 1


def test_the_evidence_is_capped_and_stays_a_number():
    assert evidence(100_000, 0, 100_000) == pytest.approx(EVIDENCE_CAP)


def test_overwhelming_improvement_is_evidence_of_zero_and_not_an_error():
    assert evidence(0, 100_000, 100_000) == 0.0


def test_rounds_multiply():
    twice = SuiteEvidence(margin=0.0).after(drops(9, 3, 100)).after(drops(9, 3, 100))
    assert twice.value == pytest.approx(evidence(18, 6, 200))


def test_a_lighter_fixture_moves_the_evidence_less():
    light = SuiteEvidence(margin=0.0).after(drops(10, 0, 10, scale=0.2)).value
    assert 1 < light < evidence(10, 0, 10)


def test_nine_drops_without_an_improvement_are_the_fewest_that_block_at_the_default():
    # (1.15⁹ + 1.3⁹ + 1.5⁹ + 1.75⁹) / 4 = 51.5 >= 39 > 30.0 with eight
    assert suite_evidence.fewest_drops(39) == 9
