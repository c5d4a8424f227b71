import pytest

from tests.unit.assertions.traces import errors, grade, passes

KIND = "trajectory:tool-used"
CALLED = ["search_orders", "search_users", "compose_reply"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("search_orders", True), ("Search_*", True), ("search", False), ("search_user?", True), ("search.orders", False)],
)
def test_a_name_is_looked_for_with_wildcards_and_in_any_case(value, expected):
    """promptfoo, deterministic#trajectorytool-used; patterns are matched without case."""
    assert passes({"type": KIND, "value": value}, tools_called=CALLED) is expected


def test_of_a_list_every_tool_must_be_called():
    assert grade({"type": KIND, "value": ["search_orders", "compose_reply"]}, tools_called=CALLED).passed
    assert not grade({"type": KIND, "value": ["search_orders", "refund"]}, tools_called=CALLED).passed


def test_negated_no_tool_of_a_list_may_be_called():
    """promptfoo passes the negation only if none matched, not as soon as one did not."""
    assert not grade({"type": f"not-{KIND}", "value": ["search_orders", "refund"]}, tools_called=CALLED).passed
    assert grade({"type": f"not-{KIND}", "value": ["delete", "refund"]}, tools_called=CALLED).passed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"pattern": "search*", "min": 2, "max": 3}, True),
        ({"pattern": "search*", "min": 3}, False),
        ({"pattern": "search*", "max": 1}, False),
        ({"name": "compose_reply"}, True),
        ({"name": "refund"}, False),
        ({"name": "refund", "min": 0, "max": 0}, True),
    ],
)
def test_a_mapping_counts_the_calls(value, expected):
    """promptfoo, deterministic#trajectorytool-used: "An object with pattern, min, and optional max"; min is 1."""
    assert passes({"type": KIND, "value": value}, tools_called=CALLED) is expected


@pytest.mark.parametrize(
    "value",
    [[], "", {"min": 1}, {"name": "a", "pattern": "b"}, {"name": "a", "min": 2, "max": 1}, {"name": "a", "n": 1}, 3],
)
def test_what_names_no_tool_is_a_fault(value):
    assert errors({"type": KIND, "value": value})
