"""Differences of settings, leaf by leaf."""

import pytest

from llmgate.pins import leaves


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"a": 1}, {"a": 1}, ()),
        ({"t": 0.3}, {"t": 0.7}, ("t: 0.3 → 0.7",)),
        ({"t": 1}, {"t": True}, ("t: 1 → true",)),
        ({}, {"seed": 7}, ("seed: none → 7",)),
        ({"seed": None}, {}, ("seed: null → none",)),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ("a.c: 2 → 3",)),
        ({"a": [1, 2]}, {"a": [1, 3]}, ("a: [1, 2] → [1, 3]",)),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ("a.0.b: 1 → 2",)),
        ({"": "x"}, {"": "y"}, ('the file: "x" → "y"',)),
        ({"a": {}}, {}, ("a: {} → none",)),
    ],
)
def test_each_leaf_that_differs_is_one_line(before, after, lines):
    assert leaves.differences(before, after) == lines


def test_long_values_are_cut_and_many_are_counted():
    lines = leaves.differences({}, {f"k{n:03}": "x" * 500 for n in range(50)})
    assert len(lines) == leaves.MAX_LINES + 1
    assert lines[-1] == "and 30 more"
    assert max(map(len, lines)) < 2 * leaves.MAX_VALUE_CHARS


def test_nothing_that_a_terminal_would_obey_is_passed_on():
    lines = leaves.differences({"a\x1b[2J": "x"}, {"a\x1b[2J": "\u202ey\n"})
    assert lines == ('"a\\u001b[2J": "x" → "\\u202ey\\n"',)


def test_without_values_only_what_happened_is_said():
    before, after = {"a": "1", "b": "1"}, {"b": "2", "c": "1"}
    assert leaves.differences(before, after, values=False) == ("a removed", "b changed", "c added")
