import pytest

from tests.unit.assertions.traces import errors, grade, passes

KIND = "trajectory:tool-args-match"


def matches(value, *arguments):
    return passes({"type": KIND, "value": {"name": "orders", **value}}, tools_called=[("orders", a) for a in arguments])


def test_partial_matching_is_a_subset_at_any_depth():
    """promptfoo, deterministic#trajectorytool-args-match: "object properties are matched recursively as a subset"."""
    assert matches({"args": {"q": {"a": 1}}}, {"q": {"a": 1.0, "b": 2}, "page": 3})
    assert not matches({"args": {"q": {"a": 1}}}, {"q": {"a": "1"}})
    assert not matches({"args": {"q": {"a": 1}}}, {"q": {"b": 1}})
    assert not matches({"args": {"q": {"a": True}}}, {"q": {"a": 1}})


def test_lists_have_the_same_length_and_order():
    assert matches({"args": {"ids": [{"n": 1}, 2]}}, {"ids": [{"n": 1, "m": 0}, 2]})
    assert not matches({"args": {"ids": [1]}}, {"ids": [1, 2]})
    assert not matches({"args": {"ids": [1, 2]}}, {"ids": [2, 1]})


def test_exact_matching_allows_nothing_more():
    """promptfoo, deterministic#trajectorytool-args-match: "the entire argument payload must match exactly"."""
    assert matches({"args": {"a": 1, "b": 2}, "mode": "exact"}, {"b": 2, "a": 1})
    assert not matches({"args": {"a": 1}, "mode": "exact"}, {"a": 1, "b": 2})


def test_one_call_that_matches_is_enough():
    assert matches({"args": {"id": "A1"}}, {"id": "A0"}, {"id": "A1"})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"status": "Q"}, True),
        ({"status": "Q", "page": 1}, True),
        ({"status": "Q", "page": 1, "page_size": 5}, True),
        ({"status": "Q", "page": 2}, False),
        ({"status": "Q", "delete_database": True}, False),
    ],
)
def test_defaults_are_as_good_as_leaving_them_out(arguments, expected):
    """promptfoo, deterministic#trajectory-tool-args-match-defaults, its table."""
    value = {"args": {"status": "Q"}, "mode": "exact", "defaults": {"page": 1, "page_size": 5}}
    assert matches(value, arguments) is expected


@pytest.mark.parametrize("ignore", ["request_id", ["request_id"], ["*_ID"]])
def test_ignored_arguments_are_dropped_from_both_sides(ignore):
    """promptfoo, deterministic#trajectory-tool-args-match-ignore."""
    value = {"args": {"status": "Q", "request_id": 1}, "mode": "exact", "ignore": ignore}
    assert matches(value, {"status": "Q", "request_id": "a1b2"})
    assert matches(value, {"status": "Q"})
    assert not matches(value, {"status": "Q", "delete_database": True})


def test_no_arguments_and_an_empty_mapping_are_the_same():
    assert matches({"args": {}, "mode": "exact"}, None)


def test_arguments_that_are_no_json_match_nothing():
    assert not matches({"args": {"a": 1}}, '{"a": 1')


def test_another_tool_does_not_count_and_the_reason_says_so():
    judged = grade({"type": KIND, "value": {"pattern": "ord*", "args": {}}}, tools_called=["users"])
    assert not judged.passed
    assert judged.reason == 'wrong_func_name: "ord*" was not called; all calls: "users"'


@pytest.mark.parametrize(
    "value",
    [
        {"args": {}},
        {"name": "a"},
        {"name": "a", "args": {}, "arguments": {}},
        {"name": "a", "args": {}, "mode": "x"},
        "a",
    ],
)
def test_a_tool_and_its_arguments_are_needed(value):
    assert errors({"type": KIND, "value": value})
