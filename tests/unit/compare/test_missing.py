import pytest

from llmgate.compare import lopsided


@pytest.mark.trust("one-arm")
@pytest.mark.parametrize(
    ("base", "head", "trials", "expected"),
    [
        (0, 0, 100, False),
        (10, 10, 100, False),
        (0, 5, 100, False),  # 2 × fisher.test(matrix(c(5, 95, 0, 100), 2), alternative = "greater") = 0.0594
        (0, 8, 100, True),  # 2 × 0.0034 = 0.0067
        (0, 7, 100, False),  # 2 × 0.0070 = 0.0140
        (100, 100, 100, False),
    ],
)
def test_errors_on_one_arm_alone_are_beyond_chance_at_one_percent(base, head, trials, expected):
    assert lopsided(base, trials, head, trials) is expected


@pytest.mark.parametrize(("few", "many"), [(0, 8), (2, 20), (0, 5)])
def test_it_does_not_matter_which_arm_lost_more(few, many):
    assert lopsided(few, 100, many, 100) is lopsided(many, 100, few, 100)


def test_arms_of_different_size_are_compared_by_their_shares():
    assert not lopsided(10, 100, 100, 1_000)
    assert lopsided(0, 1_000, 5, 100)


def test_an_arm_without_trials_shows_nothing():
    assert not lopsided(0, 0, 5, 10)
