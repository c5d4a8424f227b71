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
