import math

import pytest

from llmgate.stats.mixture import EVIDENCE_CAP, mixture


def test_wealth_is_averaged_by_share():
    assert mixture((0.5, 0.5), (math.log(3), math.log(5))) == pytest.approx(4)


def test_a_bankrupt_bet_adds_nothing():
    assert mixture((0.5, 0.5), (-math.inf, math.log(4))) == pytest.approx(2)


def test_only_bankrupt_bets_are_worth_nothing():
    assert mixture((0.5, 0.5), (-math.inf, -math.inf)) == 0.0


def test_wealth_beyond_the_largest_float_is_capped():
    assert mixture((0.5, 0.5), (0.0, 5000.0)) == pytest.approx(EVIDENCE_CAP)
