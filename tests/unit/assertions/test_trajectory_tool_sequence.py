import pytest

from tests.unit.assertions.traces import errors, passes

KIND = "trajectory:tool-sequence"
CALLED = ["search_orders", "log", "compose_reply"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["search_orders", "compose_reply"], True),
        ({"steps": ["search_*", {"name": "compose_reply"}]}, True),
        (["compose_reply", "search_orders"], False),
        (["search_orders", "search_orders"], False),
        (["search_orders", "log", "compose_reply", "log"], False),
        ({"steps": ["search_orders", "compose_reply"], "mode": "exact"}, False),
        ({"steps": ["search_orders", {"pattern": "l?g"}, "compose_reply"], "mode": "exact"}, True),
        ({"steps": ["search_orders", "compose_reply", "log"], "mode": "exact"}, False),
        ({"steps": ["search_orders", "log"], "mode": "exact"}, False),
        ({"steps": ["search_orders", "log", "compose_reply", "log"], "mode": "exact"}, False),
    ],
)
def test_steps_are_in_order_and_exact_ones_are_all(value, expected):
    """promptfoo, deterministic#trajectorytool-sequence: in_order "allows extra tool steps in between"."""
    assert passes({"type": KIND, "value": value}, tools_called=CALLED) is expected


@pytest.mark.parametrize("value", [[], {"steps": []}, "search", {"steps": ["a"], "mode": "any"}, [{}], [1]])
def test_what_names_no_steps_is_a_fault(value):
    assert errors({"type": KIND, "value": value})
