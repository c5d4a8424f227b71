"""How much two texts differ, in words, without ever taking long."""

import time

import pytest

from llmgate.prompts import wording


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b c", "a b c", (0, 0, 0, 1)),
        ("a b c", "a x c", (1, 1, 1, 1)),
        ("a b c", "a b c d", (1, 2, 1, 1)),
        ("a\nb\nc\n", "a\nb\nnew\nc\n", (1, 1, 0, 3)),
        ("a b c d e", "x b c d y", (2, 2, 2, 1)),
        ("a {{ name }} b", "a {{ other }} b", (1, 1, 1, 1)),
        ("", "a b", (1, 2, 0, 1)),
        ("a b", "", (1, 0, 2, 1)),
        ("a  b", "a b", (1, 1, 1, 1)),
    ],
)
def test_words_and_places_are_counted(before, after, expected):
    found = wording.compare(before, after)
    assert (found.places, found.added, found.removed, found.line) == expected


def test_an_edit_script_is_as_short_as_it_can_be():
    found = wording.compare("a b c a b b a ", "c b a b a c ")
    assert found.added + found.removed == 5  # the example of Myers' paper


def test_texts_with_nothing_in_common_are_counted_only():
    before = " ".join(f"a{n}" for n in range(2000))
    after = " ".join(f"b{n}" for n in range(1000))
    assert wording.compare(before, after) == wording.Wording(places=None, added=1000, removed=2000, line=1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 250_000, "b " * 250_000),
        ("a b " * 120_000, "b a " * 120_000),
        ("a " * 9_000 + "b " * 900, "b " * 900 + "a " * 9_000),
        ("{{" * 250_000, "{%" * 250_000),
    ],
)
def test_hostile_texts_take_bounded_time(before, after):
    started = time.process_time()
    wording.compare(before, after)
    assert time.process_time() - started < 5.0


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("the same", "the same", [(0, "the same")]),
        ("", "all new", [(1, "all new")]),
        ("a good answer", "a bad answer", [(0, "a "), (-1, "good "), (1, "bad "), (0, "answer")]),
        ("one two three", "two three four", [(-1, "one "), (0, "two "), (-1, "three"), (1, "three four")]),
    ],
)
def test_two_texts_are_written_as_one(before, after, expected):
    assert [tuple(segment) for segment in wording.segments(before, after)] == expected


@pytest.mark.parametrize("words", [50, 5_000, 50_000])
def test_texts_that_have_nothing_in_common_are_exchanged_as_a_whole(words):
    before, after = ("same " + f"{letter} " * words + "end" for letter in "ab")
    found = wording.segments(before, after)
    assert [segment.fate for segment in found] == [0, -1, 1, 0]
