"""Published values: Agresti 1990, p. 234 (penicillin in rabbits), as in the example of R's mantelhaen.test."""

import pytest

from llmgate.stats import stratified

CURED_AT_ONCE, AT_ONCE = (0, 3, 6, 5, 2), (6, 6, 6, 6, 2)
CURED_LATER, LATER = (0, 0, 2, 6, 5), (5, 6, 6, 6, 5)


def test_the_rabbits_give_the_exact_conditional_value_of_r():
    p = stratified.exact_worse(CURED_AT_ONCE, AT_ONCE, CURED_LATER, LATER)
    assert p == pytest.approx(0.019972, abs=5e-7)
    assert 2 * p == pytest.approx(0.040, abs=5e-4)


def test_six_fixtures_of_five_give_the_value_of_the_reference():
    # statistics.md §12 case 7
    p = stratified.exact_worse((5, 5, 5, 4, 3, 0), (5,) * 6, (5, 0, 4, 2, 3, 0), (5,) * 6)
    assert p == pytest.approx(0.008539, abs=5e-7)


def test_no_headroom_gives_p_one():
    assert stratified.exact_worse((0, 5), (5, 5), (0, 5), (5, 5)) == 1.0
