import pytest

from llmgate.assertions import patterns


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("search", "Search", True),
        ("search", "searches", False),
        ("search*", "search", True),
        ("*", "", True),
        ("s?arch", "search", True),
        ("s?arch", "sarch", False),
        ("a.c", "abc", False),
        ("a+(b)[c]", "a+(b)[c]", True),
        ("é*", "École", True),
    ],
)
def test_a_glob_is_matched_as_a_whole_without_case(glob, text, expected):
    assert patterns.fits(glob, text) is expected


def test_many_stars_take_no_time():
    assert not patterns.fits("*a" * 100 + "b", "a" * 10_000)


def test_the_places_of_matches_are_counted_in_characters():
    assert list(patterns.spans("[0-9]+", "é 12 \ud800 345")) == [(2, 4), (7, 10)]


def test_empty_matches_have_no_place():
    assert list(patterns.spans(r"\b", "a b")) == []


def test_the_size_of_a_pattern_grows_with_its_counts():
    assert patterns.size("a{500}") > 100 * patterns.size("a")
