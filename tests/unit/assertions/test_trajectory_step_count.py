import pytest

from tests.unit.assertions.traces import call, errors, grade, passes

TOOLS = ["search_orders", "search_users", "compose_reply"]


def count(value, **seen):
    return passes({"type": "trajectory:step-count", "value": value}, **seen)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "tool", "min": 3}, True),
        ({"type": "tool", "min": 4}, False),
        ({"type": "tool", "max": 2}, False),
        ({"type": "tool", "pattern": "search_*", "min": 2, "max": 2}, True),
        ({"type": "tool", "name": "Compose_Reply", "max": 1}, True),
        ({"type": "message", "min": 2, "max": 2}, True),
        ({"type": "message", "name": "m", "min": 2}, True),
        ({"type": ["tool", "message"], "min": 5, "max": 5}, True),
        ({"min": 5, "max": 5}, True),
        ({"max": 0}, False),
        ({"pattern": "other*", "max": 0}, True),
    ],
)
def test_the_steps_that_are_meant_are_counted(value, expected):
    assert count(value, tools_called=TOOLS, calls=[call(), call()]) is expected


def test_the_reason_has_the_count_and_the_code():
    judged = grade({"type": "trajectory:step-count", "value": {"type": "tool", "max": 2}}, tools_called=TOOLS)
    assert judged.reason == 'wrong_count: 3 steps are "*"; the range is 0 to 2'


@pytest.mark.parametrize(
    "value",
    [
        3,
        {},
        {"type": "tool"},
        {"type": "span", "min": 1},
        {"type": [], "min": 1},
        {"min": 2, "max": 1},
        {"min": -1},
        {"name": "a", "pattern": "b", "min": 1},
    ],
)
def test_what_is_no_range_of_known_steps_is_a_fault(value):
    assert errors({"type": "trajectory:step-count", "value": value})
