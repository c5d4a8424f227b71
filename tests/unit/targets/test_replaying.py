import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.fixture import ToolResult
from llmgate.message import ToolCallPart, ToolDefinition
from llmgate.targets import replaying
from llmgate.targets.replaying import Replay
from llmgate.trial import Miss, MissKind


def recorded(arguments=None, result="served", **changes):
    return ToolResult(name="look", arguments={} if arguments is None else arguments, result=result, **changes)


def replay(*entries, offered=("look", "write")):
    return Replay(entries, [ToolDefinition(name=name) for name in offered])


def calls(*arguments, name="look"):
    return [ToolCallPart(id=str(place), name=name, arguments=one) for place, one in enumerate(arguments)]


def served(entries, *arguments):
    """What each call is answered, one message after the other; a miss by its kind."""
    trial = replay(*entries)
    answers = [trial.answers(calls(one)) for one in arguments]
    return [answer.kind if isinstance(answer, Miss) else answer[0].result for answer in answers]


def hits(entry, arguments):
    return served([entry], arguments) == ["served"]


# What is the same call


@pytest.mark.parametrize(
    ("written", "called", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 10**15}, {"a": 1e15}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 0}, {"a": False}, False),
        ({"a": [0]}, {"a": [False]}, False),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": None}, {}, False),
        ({"a": ""}, {"a": None}, False),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": [{"b": 1, "c": 2}]}, {"a": [{"c": 2, "b": 1.0}]}, True),
        ({"a": 2**53}, {"a": 2**53 + 1}, False),
        ({"a": "é"}, {"a": "e\u0301"}, False),
        ({}, None, True),
        ({}, "", True),
        ({"a": 1}, '{"a": 1.0}', True),
        ('{"a": 1}', {"a": 1}, True),
        ({"a": 1}, ' {"a" :1}', True),
        ({"a": {"b": 1}}, {"a": '{"b": 1}'}, False),
        ("{a: 1", "{a: 1", True),
        ([1], [1], True),
        ([1], "[1]", False),
    ],
)
def test_arguments_are_compared_as_json_values(written, called, same):
    assert hits(recorded(written), called) is same


@pytest.mark.parametrize(
    ("written", "called", "same"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, True),
        ({}, {"a": 1}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"a": [{"x": 1}]}, {"a": [{"x": 1, "y": 2}]}, False),
        ({"a": 1}, {"a": True, "b": 2}, False),
    ],
)
def test_a_subset_may_be_called_with_more_arguments_in_objects_and_not_in_lists(written, called, same):
    assert hits(recorded(written, match="subset"), called) is same


@pytest.mark.parametrize(
    ("ignore", "written", "called", "same"),
    [
        (["now"], {"id": 1, "now": "mon"}, {"id": 1, "now": "tue"}, True),
        (["now"], {"id": 1, "now": "mon"}, {"id": 1}, True),
        (["now"], {"id": 1}, {"id": 1, "now": "tue"}, True),
        (["now"], {"id": 1}, {"id": 2, "now": "tue"}, False),
        (["now"], {"id": 1}, {"id": 1, "then": "tue"}, False),
        (["at.day"], {"at": {"day": 1, "year": 2}}, {"at": {"day": 9, "year": 2}}, True),
        (["at.day"], {"at": {"day": 1, "year": 2}}, {"at": {"day": 1, "year": 3}}, False),
        (["at.day"], {"at": {"day": 1}}, {}, False),
        (["at.day"], {"at": {"day": 1}}, {"at": 7}, False),
        (["at.day", "at"], {"at": {"day": 1, "year": 2}}, {"at": 7}, True),
        (["at", "at.day"], {"at": {"day": 1, "year": 2}}, {"at": 7}, True),
        (["day"], {"at": {"day": 1}}, {"at": {"day": 2}}, False),
    ],
)
def test_ignored_arguments_may_differ_or_be_left_out_on_both_sides(ignore, written, called, same):
    assert hits(recorded(written, ignore=ignore), called) is same


def test_a_subset_can_ignore_arguments_too():
    entry = recorded({"id": 1, "now": "mon"}, match="subset", ignore=["now"])
    assert served([entry], {"id": 1, "more": 2}, {"id": 2, "now": "mon"}) == ["served", MissKind.WRONG_ARGUMENTS]


json_value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=8,
)  # fmt: skip
arguments = st.dictionaries(st.text(max_size=3), json_value, max_size=4)


def reversed_keys(value):
    if isinstance(value, dict):
        return {key: reversed_keys(item) for key, item in reversed(value.items())}
    return [reversed_keys(item) for item in value] if isinstance(value, list) else value


@given(arguments)
def test_a_call_matches_itself_in_any_order_and_as_text(written):
    """Any arguments match themselves: with their keys turned round, as JSON text, as a subset, and twice."""
    for entry in (recorded(written), recorded(written, match="subset"), recorded(json.dumps(written))):
        assert served([entry], written, reversed_keys(written), json.dumps(written)) == ["served"] * 3


@given(arguments, arguments)
def test_matching_is_symmetric_and_as_exact_as_canonical_json(one, other):
    """Exact matching is an equivalence: the same both ways, and never between values whose JSON types differ."""
    forth, back = hits(recorded(one), other), hits(recorded(other), one)
    assert forth is back
    assert not forth or [type_names(one)] == [type_names(other)]


def type_names(value):
    """JSON's own types, in which there is one kind of number."""
    if isinstance(value, dict):
        return {key: type_names(item) for key, item in value.items()}
    if isinstance(value, list):
        return [type_names(item) for item in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


# Which entry answers


def test_an_exact_entry_comes_before_one_that_ignores_and_that_before_a_subset():
    entries = [
        recorded({}, "subset", match="subset"),
        recorded({"id": 1, "now": 0}, "ignoring", ignore=["now"]),
        recorded({"id": 1, "now": 5}, "exact"),
    ]
    asked = ({"id": 1, "now": 5}, {"id": 1, "now": 6}, {"id": 2})
    assert served(entries, *asked) == ["exact", "ignoring", "subset"]


def test_of_two_subsets_the_one_that_records_more_comes_first():
    entries = [recorded({"id": 1}, "wide", match="subset"), recorded({"id": 1, "to": 2}, "narrow", match="subset")]
    assert served(entries, {"id": 1, "to": 2, "x": 3}, {"id": 1, "to": 3}) == ["narrow", "wide"]


def test_a_lone_entry_answers_every_repetition():
    assert served([recorded({"id": 1})], *[{"id": 1}] * 5) == ["served"] * 5


def test_equal_entries_are_served_one_after_the_other_and_then_exhausted():
    entries = [recorded({"id": 1}, "first"), recorded({"id": 2}, "other"), recorded({"id": 1.0}, "second")]
    asked = [{"id": 1}, {"id": 2}, {"id": 1}, {"id": 2}, {"id": 1}]
    assert served(entries, *asked) == ["first", "other", "second", "other", MissKind.EXHAUSTED]


def test_a_sequence_that_is_used_up_does_not_fall_back_to_a_wider_entry():
    entries = [recorded({"id": 1}, "a"), recorded({"id": 1}, "b"), recorded({}, "wide", match="subset")]
    assert served(entries, *[{"id": 1}] * 3) == ["a", "b", MissKind.EXHAUSTED]


def test_calls_that_differ_in_what_is_ignored_share_one_sequence():
    entries = [recorded({"id": 1, "now": n}, n, ignore=["now"]) for n in (1, 2)]
    assert served(entries, {"id": 1, "now": 7}, {"id": 1, "now": 8}) == [1, 2]


def test_calls_in_one_answer_are_served_in_their_order():
    trial = replay(recorded({"id": 1}, "first"), recorded({"id": 1}, "second"), recorded({"id": 2}, "other"))
    answered = trial.answers(calls({"id": 1}, {"id": 2}, {"id": 1}))
    assert [entry.result for entry in answered] == ["first", "other", "second"]


def test_trials_share_no_state():
    entries = [recorded({}, "first"), recorded({}, "second")]
    assert served(entries, {}, {}) == served(entries, {}, {}) == ["first", "second"]


# Misses


def miss(entries, arguments, **call):
    return replay(*entries).answers(calls(arguments, **call))


def test_a_tool_that_was_not_offered_is_hallucinated_even_where_it_is_recorded():
    found = Replay([recorded()], [ToolDefinition(name="write")]).answers(calls({}))
    assert str(found) == "hallucinated_tool: the model called look({}); offered: write"  # fmt: skip


def test_a_tool_that_is_offered_and_not_recorded_is_an_unrecorded_call():
    found = miss([recorded()], {"x": 1}, name="write")
    assert str(found) == 'unrecorded_call: the model called write({"x": 1}); no result of this tool is recorded'


def test_wrong_arguments_are_told_apart_from_the_nearest_recorded_ones():
    found = miss([recorded({"id": "B", "of": 2}), recorded({"id": "A1", "to": 1})], {"id": "A2", "to": 1})
    assert found.kind is MissKind.WRONG_ARGUMENTS
    assert found.message == (
        'the model called look({"id": "A2", "to": 1}); the nearest recorded call has id: "A1"'
    )  # fmt: skip


def test_an_argument_too_much_is_named():
    assert miss([recorded({"id": 1})], {"id": 1, "dry": True}).message.endswith("recorded call has no dry")


def test_more_calls_in_one_answer_than_are_served_are_a_miss():
    found = replay(recorded()).answers(calls(*[{}] * (replaying.MAX_CALLS_PER_ANSWER + 1)))
    assert found.kind is MissKind.TOO_MANY_CALLS


# Hostile


def test_a_megabyte_of_arguments_is_compared_and_told_in_short():
    large = {f"key {number}": "x" * 20 for number in range(40_000)}
    started = time.perf_counter()
    found = miss([recorded({f"name {number}": 1}, ignore=["a.b", "c"]) for number in range(1_000)], large)
    assert time.perf_counter() - started < 5
    assert found.kind is MissKind.WRONG_ARGUMENTS
    assert len(found.message) < 1_000


def test_deep_arguments_are_compared():
    deep = {}
    for _ in range(60):
        deep = {"a": deep}
    assert hits(recorded(deep), deep)
    assert not hits(recorded(deep), {"a": deep})


def test_text_that_is_nested_without_end_is_no_object():
    bomb = '{"a":' * 100_000
    assert miss([recorded({"a": 1})], bomb).kind is MissKind.WRONG_ARGUMENTS


@pytest.mark.parametrize("alike", [True, False])
def test_ten_thousand_recorded_results_take_time_in_proportion(alike):
    entries = [recorded({"id": 0 if alike else number}, number) for number in range(10_000)]
    started = time.perf_counter()
    found = served(entries, *[{"id": 0 if alike else number} for number in range(50)])
    assert found == list(range(50))
    assert time.perf_counter() - started < 20
