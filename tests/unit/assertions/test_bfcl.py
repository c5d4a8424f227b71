"""The codes that the Berkeley Function Calling Leaderboard's checker publishes, and which of our checks finds each.

https://github.com/ShishirPatil/gorilla/blob/main/berkeley-function-call-leaderboard/bfcl_eval/eval_checker/ast_eval/ast_checker.py
"""

import pytest

from llmgate.assertions import bfcl
from llmgate.message import ToolDefinition
from tests.unit.assertions.traces import grade

TOOL = ToolDefinition(
    name="book",
    parameters={
        "type": "object",
        "required": ["city"],
        "additionalProperties": False,
        "properties": {
            "city": {"type": "string", "enum": ["Berlin", "Paris"]},
            "nights": {"type": "integer", "maximum": 30},
            "ages": {"type": "array", "items": {"type": "integer", "maximum": 120}, "maxItems": 3},
            "room": {
                "type": "object",
                "required": ["beds"],
                "additionalProperties": False,
                "properties": {"beds": {"type": "integer", "maximum": 4}},
            },
            "guests": {"type": "array", "maxItems": 1, "items": {"type": "object"}},
        },
    },
)
VALID = {"type": "is-valid-openai-tools-call"}


def arguments(expected, **rest):
    return {"type": "trajectory:tool-args-match", "value": {"name": "book", "args": expected, "mode": "exact", **rest}}


def used(value):
    return {"type": "trajectory:tool-used", "value": value}


def sequence(*steps, mode="exact"):
    return {"type": "trajectory:tool-sequence", "value": {"steps": list(steps), "mode": mode}}


def book(**values):
    return ("book", values)


# code as published, our check, the tools that the model called
TABLE = [
    ("simple_function_checker:wrong_count", used({"name": "book", "max": 1}), ["book", "book"]),
    ("simple_function_checker:wrong_count", VALID, []),
    ("multiple_function_checker:wrong_count", sequence("book"), ["book", "book"]),
    ("multiple_function_checker:wrong_count", {"type": "trajectory:step-count", "value": {"min": 1}}, []),
    ("parallel_function_checker_no_order:wrong_count", used({"name": "book", "min": 2}), ["book"]),
    ("parallel_function_checker_enforce_order:wrong_count", sequence("book", "book"), ["book"]),
    ("parallel_function_checker_no_order:cannot_find_match", sequence("book", "pay", mode="in_order"), ["pay", "book"]),
    ("simple_function_checker:wrong_func_name", VALID, ["rent"]),
    ("simple_function_checker:wrong_func_name", {"type": "tool:no-unknown"}, ["rent"]),
    ("simple_function_checker:wrong_func_name", used("book"), ["rent"]),
    ("simple_function_checker:wrong_func_name", arguments({"city": "Berlin"}), ["rent"]),
    ("simple_function_checker:wrong_func_name", sequence("book"), ["rent"]),
    ("simple_function_checker:missing_required", VALID, [book(nights=1)]),
    ("simple_function_checker:missing_required", arguments({"city": "Berlin"}), [book()]),
    ("simple_function_checker:unexpected_param", VALID, [book(city="Berlin", pets=1)]),
    ("simple_function_checker:unexpected_param", arguments({"city": "Berlin"}), [book(city="Berlin", nights=1)]),
    ("type_error:simple", VALID, [book(city=1)]),
    ("type_error:simple", VALID, [("book", "city=Berlin")]),
    ("type_error:simple", arguments({"nights": 1}), [book(nights="1")]),
    ("type_error:simple", arguments({"nights": 1}), [book(nights=True)]),
    ("type_error:nested", VALID, [book(city="Berlin", ages=["1"])]),
    ("type_error:nested", arguments({"ages": [1]}), [book(ages=["1"])]),
    ("value_error:string", VALID, [book(city="Rome")]),
    ("value_error:string", arguments({"city": "Berlin"}), [book(city="Rome")]),
    ("value_error:list/tuple", VALID, [book(city="Berlin", ages=[1, 2, 3, 4])]),
    ("value_error:list/tuple", VALID, [book(city="Berlin", ages=[121])]),
    ("value_error:list/tuple", arguments({"ages": [1, 2]}), [book(ages=[1, 3])]),
    ("value_error:list/tuple", arguments({"ages": [1, 2]}), [book(ages=[2, 1])]),
    ("value_error:list/tuple", arguments({"ages": [1, 2]}), [book(ages=[1])]),
    ("value_error:dict_key", VALID, [book(city="Berlin", room={})]),
    ("value_error:dict_key", VALID, [book(city="Berlin", room={"beds": 1, "sofas": 1})]),
    ("value_error:dict_key", arguments({"room": {"beds": 1}}), [book(room={})]),
    ("value_error:dict_key", arguments({"room": {"beds": 1}}), [book(room={"beds": 1, "sofas": 1})]),
    ("value_error:dict_value", VALID, [book(city="Berlin", room={"beds": 5})]),
    ("value_error:dict_value", arguments({"room": {"view": "sea"}}), [book(room={"view": "yard"})]),
    ("value_error:dict_value", arguments({"guests": [{"age": 1}]}), [book(guests=[{"age": 2}])]),
    ("value_error:list_dict_count", VALID, [book(city="Berlin", guests=[{}, {}])]),
    ("value_error:list_dict_count", arguments({"guests": [{"age": 1}]}), [book(guests=[])]),
    ("value_error:others", VALID, [book(city="Berlin", nights=31)]),
    ("value_error:others", arguments({"nights": 1}), [book(nights=2)]),
]

# Codes that are published and that no check of ours can give, with the reason.
NOT_OURS = {
    "simple_function_checker:missing_optional": "an argument that is expected is required: missing_required",
    "type_error:java": "arguments are JSON, not Java's literals",
    "type_error:js": "arguments are JSON, not JavaScript's literals",
    "simple_function_checker:unclear": "the checker's default before it has looked",
    "dict_checker:unclear": "the checker's default before it has looked",
    "list_dict_checker:unclear": "the checker's default before it has looked",
}

# Calls that BFCL judges otherwise: what it says, our check, the call, whether it passes here.
OTHERWISE = [
    ("valid: texts are compared without case and punctuation", arguments({"city": "new york"}), book(city="New-York")),
    ("valid: an optional argument may be missing", arguments({"city": "Berlin", "nights": 1}), book(city="Berlin")),
]


@pytest.mark.parametrize(("published", "written", "called"), TABLE)
def test_every_published_code_is_found_and_named(published, written, called):
    judged = grade(written, tools_called=called, tools=[TOOL])
    name = published if published.startswith(("type_error", "value_error")) else published.partition(":")[2]
    assert not judged.passed
    assert judged.error is None
    assert judged.reason.startswith(f"{name}: ")


def test_every_code_of_ours_is_one_that_is_published_and_in_the_table():
    assert {published.removeprefix("simple_function_checker:") for published, _, _ in TABLE} >= {
        code for code in bfcl.Code if code not in {bfcl.Code.CANNOT_FIND_MATCH, bfcl.Code.WRONG_COUNT}
    }
    assert not {published for published, _, _ in TABLE} & NOT_OURS.keys()


@pytest.mark.parametrize(("there", "written", "called"), OTHERWISE)
def test_what_bfcl_lets_pass_and_we_do_not(there, written, called):
    assert not grade(written, tools_called=[called], tools=[TOOL]).passed


@pytest.mark.parametrize(
    ("written", "called"),
    [
        (VALID, [book(city="Berlin", nights=1, ages=[3], room={"beds": 1}, guests=[{}])]),
        (arguments({"nights": 1.0, "ages": []}), [book(ages=[], nights=1)]),
        (arguments({"room": {"beds": 1}}, mode="partial"), [book(room={"beds": 1, "sofas": 1}, city="Berlin")]),
        (arguments({"city": "Berlin"}), [book(city="Rome"), book(city="Berlin")]),
        (sequence("book", "pay"), ["book", "pay"]),
    ],
)
def test_a_right_call_has_no_code(written, called):
    assert grade(written, tools_called=called, tools=[TOOL]).passed


def test_the_code_is_of_the_last_call_of_the_tool():
    judged = grade(arguments({"city": "Berlin"}), tools_called=[book(), book(city="Rome")])
    assert judged.reason.startswith("value_error:string: ")
