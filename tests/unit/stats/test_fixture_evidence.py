"""Reference values of statistics.md §12 case 8, for a base that passes 95 % and a margin of 10 points."""

import math

import pytest

from llmgate.stats import fixture_evidence, projection

BROKE, PASSED = (True, False), (True, True)


def evidence(pairs, rate=0.95, margin=0.1):
    state = fixture_evidence.start(rate, margin)
    for base, head in pairs:
        state = state.after(base=base, head=head)
    return state.value


@pytest.mark.parametrize(("breaks", "value"), [(1, 2.483), (3, 17.448), (4, 48.471), (5, 137.486), (6, 395.861)])
def test_breaks_in_a_row_multiply_the_evidence(breaks, value):
    assert evidence([BROKE] * breaks) == pytest.approx(value, abs=5e-4)


def test_three_pairs_that_pass_on_both_arms_leave_less_than_a_third():
    assert evidence([PASSED] * 3) == pytest.approx(0.2979, abs=5e-5)


def test_a_mixed_sequence_gives_the_value_of_the_reference():
    assert evidence([BROKE, PASSED, BROKE, BROKE]) == pytest.approx(5.726, abs=5e-4)


def test_the_order_of_pairs_does_not_matter():
    assert evidence([PASSED, BROKE, BROKE, BROKE]) == pytest.approx(evidence([BROKE, PASSED, BROKE, BROKE]))


def test_a_single_bet_without_a_margin_can_be_done_by_hand():
    # bet (.95, .05) against (.5, .5): .95² / .25 = 3.61 for a pair that broke, 613.1 for five
    null = projection.onto_null(projection.Rates(base=0.95, head=0.05), 0.0)
    factor = 0.95 / null.base * 0.95 / (1 - null.head)
    assert (factor, factor**5) == pytest.approx((3.61, 613.1), abs=0.05)


def test_the_evidence_starts_at_one():
    assert evidence([]) == pytest.approx(1.0)


def test_an_alternative_too_close_to_the_margin_does_not_bet():
    # base .39: the third alternative, .273, lies within .02 of .39 - .1
    bets = fixture_evidence.start(0.39, 0.1).bets
    assert [bet == fixture_evidence.ABSTAIN for bet in bets] == [False, False, True]


def test_a_base_that_hardly_passes_leaves_nothing_to_bet_on():
    assert not fixture_evidence.start(0.1, 0.1).bets_at_all


def test_the_lowest_head_rate_bet_on_is_two_percent():
    bet = fixture_evidence.start(0.3, 0.1).bets[0]
    null = projection.onto_null(projection.Rates(base=0.3, head=0.02), 0.1)
    assert bet.head_pass == pytest.approx(math.log(0.02 / null.head))


@pytest.mark.parametrize(
    ("passed", "trials", "rate"), [(10, 10, 10.5 / 11), (2, 2, 2.5 / 3), (100, 100, 0.97), (0, 10, 0.1), (5, 10, 0.5)]
)
def test_the_base_rate_is_smoothed_and_clipped(passed, trials, rate):
    assert fixture_evidence.base_rate(passed, trials) == pytest.approx(rate)
