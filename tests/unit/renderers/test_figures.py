"""The few forms of numbers."""

import pytest

from llmgate.renderers import figures


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (None, "–"),
        (396.4, "396 : 1"),
        (19.999, "19 : 1"),
        (20.0, "20 : 1"),
        (9.99, "9.9 : 1"),
        (1.0, "1 : 1"),
        (0.4, "1 : 2.5"),
        (0.01, "1 : 100"),
        (0.0, "1 : over 1,000,000"),
        (1_000_000.5, "over 1,000,000 : 1"),
        (1e300, "over 1,000,000 : 1"),
    ],
)
def test_evidence_is_written_as_odds_rounded_down(evidence, text):
    assert figures.odds(evidence) == text


@pytest.mark.parametrize(
    ("difference", "text"), [(-0.015, "−1.5"), (0.019, "+1.9"), (0.0, "0.0"), (-0.0004, "0.0"), (-1.0, "−100.0")]
)
def test_a_difference_has_a_sign_and_one_decimal(difference, text):
    assert figures.points(difference) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "p < 0.001"),
        (0.00099, "p < 0.001"),
        (0.001, "p = 0.001"),
        (0.0412, "p = 0.042"),
        (0.05, "p = 0.050"),
        (0.0501, "p = 0.051"),
        (0.3, "p = 0.30"),
        (0.991, "p = 1.00"),
        (1.0, "p = 1.00"),
    ],
)
def test_a_p_value_is_rounded_up(value, text):
    assert figures.p_value(value) == text


@pytest.mark.parametrize(("usd", "text"), [(0, "$0"), (0.001, "under $0.01"), (0.2134, "$0.21"), (1234.5, "$1,234.50")])
def test_money_has_cents(usd, text):
    assert figures.money(usd) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "under 1 s"), (38.2, "38 s"), (119.4, "119 s"), (120, "2 min"), (192, "3 min 12 s"), (7_320, "2 h 2 min")],
)
def test_a_duration_has_two_units_at_most(seconds, text):
    assert figures.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(60, "under an hour old"), (3_600, "1 hour old"), (172_799, "47 hours old"), (172_800, "2 days old")],
)
def test_an_age_is_in_hours_and_then_in_days(seconds, text):
    assert figures.age(seconds) == text


def test_a_count_agrees_with_its_noun():
    assert [figures.count(number, "call") for number in (0, 1, 2, 1_000)] == [
        "0 calls",
        "1 call",
        "2 calls",
        "1,000 calls",
    ]
