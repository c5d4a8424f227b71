import pytest

from llmgate.stats import gate_evidence


def test_shares_follow_importance_over_p_and_add_up_to_one():
    assert gate_evidence.weights([0.02, 0.2, 0.2], [1, 1, 5]) == pytest.approx((50 / 80, 5 / 80, 25 / 80))


def test_a_p_of_zero_takes_the_share_without_an_error():
    assert gate_evidence.weights([0.0, 0.2], [1, 1]) == pytest.approx((1.0, 0.0), abs=1e-9)


def test_no_fixture_has_no_share():
    assert gate_evidence.weights([], []) == ()


def test_suite_and_fixtures_are_averaged():
    assert gate_evidence.combined(10, [4, 100], [0.75, 0.25], suite_share=0.5) == pytest.approx(5 + 0.5 * 28)


def test_without_fixtures_their_part_is_one():
    assert gate_evidence.combined(39, [], [], suite_share=0.5) == pytest.approx(20)
