import pytest

from tests.unit.assertions.traces import errors, passes

OUTPUT = " one two\n three\tfour "


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4, True),
        (3, False),
        ({"min": 4}, True),
        ({"min": 5}, False),
        ({"max": 4}, True),
        ({"max": 3}, False),
        ({"min": 2, "max": 4}, True),
        ({"min": 5, "max": 9}, False),
    ],
)
def test_a_number_is_exact_and_a_range_includes_its_ends(value, expected):
    """promptfoo, deterministic#word-count: exact count, inclusive range, minimum only, maximum only."""
    assert passes({"type": "word-count", "value": value}, OUTPUT) is expected


def test_an_empty_output_has_no_words():
    assert passes({"type": "word-count", "value": 0}, " \n")


@pytest.mark.parametrize("value", [{}, {"min": 3, "max": 2}, -1, 1.5, "4", {"min": 1, "maximum": 3}, None])
def test_what_is_no_count_and_no_range_is_a_fault(value):
    assert errors({"type": "word-count", "value": value})
