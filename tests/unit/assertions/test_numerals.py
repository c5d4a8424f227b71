import pytest

from llmgate.assertions import numerals
from llmgate.assertions.numerals import Day
from llmgate.errors import CannotJudge


def values(text, *, words=False):
    return [set(written.values) for written in numerals.find(text, words=words).numbers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14", [{"14"}]),
        ("0014.50", [{"14.5"}]),
        ("1,000", [{"1", "1000"}]),
        ("1.000.000", [{"1000000"}]),
        ("1,50", [{"1.5"}]),
        ("1,234.56", [{"1234.56"}]),
        ("1.234,56", [{"1234.56"}]),
        ("12,34,567", [{"1234567"}]),
        ("0,500", [{"0.5"}]),
        ("1'000", [{"1000"}]),
        ("1 000 000,5", [{"1000000.5"}]),
        ("5 10", [{"5"}, {"10"}]),
        ("1,2,3", [{"1"}, {"2"}, {"3"}]),
        ("192.168.1.10", [{"192"}, {"168"}, {"1"}, {"10"}]),
        ("2.5 million", [{"2500000"}]),
        ("3k", [{"3000"}]),
        ("3kg", [{"3"}]),
        ("A1 b_2 #3", []),
        ("10-20%", [{"10"}, {"20"}]),
        ("3/4", [{"3"}, {"4"}]),
        ("", []),
    ],
)
def test_numbers_are_read_with_all_that_they_may_stand_for(text, expected):
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-11-03", [Day(month=11, day=3, year=2026)]),
        ("03.11.2026", [Day(month=3, day=11, year=2026), Day(month=11, day=3, year=2026)]),
        ("31/12/2026", [Day(month=12, day=31, year=2026)]),
        ("the 3rd of November", [Day(month=11, day=3)]),
        ("Sept. 5, 2026", [Day(month=9, day=5, year=2026)]),
        ("5 MAY 2026", [Day(month=5, day=5, year=2026)]),
        ("2026-13-40", []),
        ("40/40/2026", []),
        ("1.2026-11-03", []),
        ("mayor 5", []),
    ],
)
def test_dates_are_read_in_each_order_that_gives_a_day(text, days):
    found = numerals.find(text, words=False).dates
    assert [day for dated in found for day in dated.days] == days


def test_a_date_is_no_number():
    assert values("On 2026-11-03 at 14:00") == [{"14"}, {"0"}]


def test_words_are_numbers_where_that_is_asked():
    assert values("Seven of zero", words=True) == [{"7"}, {"0"}]
    assert values("Seven of zero") == []


@pytest.mark.parametrize("text", ["7 ", "2026-11-03 "])
def test_too_many_numbers_cannot_be_judged(text):
    numerals.find(text * numerals.MAX_NUMBERS, words=False)
    with pytest.raises(CannotJudge, match="more than 50000 numbers"):
        numerals.find(text * (numerals.MAX_NUMBERS + 1), words=False)
