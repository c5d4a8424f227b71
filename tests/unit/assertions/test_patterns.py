import pytest

from llmgate.assertions import patterns
from llmgate.errors import CannotJudge


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


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a(.)", "ab ac", "b"),
        ("a(é+)", "aé\ud800", "é"),
        ("(.)$", "\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("a(b)?", "a", None),
        ("a(b*)", "a", ""),
        ("a(b)", "", None),
        (r"a(\C)", "aé", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_a_group_has_at_the_first_match_is_picked(pattern, text, expected):
    assert patterns.picked(pattern, [text]) == [expected]


def test_texts_that_are_too_long_together_for_a_pattern_cannot_be_judged():
    pattern = "(a{0,900})b"
    text = "a" * (patterns.MAX_WORK // patterns.size(pattern))
    assert patterns.picked(pattern, [text]) == [None]
    with pytest.raises(CannotJudge, match=f"too large for a text of {2 * len(text)} bytes"):
        patterns.picked(pattern, [text] * 2)


def test_only_groups_that_capture_are_counted():
    assert [patterns.groups(pattern) for pattern in ("a", "(a)", "(?:a)(b)(?P<c>d)")] == [0, 1, 2]
