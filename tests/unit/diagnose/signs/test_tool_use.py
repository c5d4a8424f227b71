import pytest

from llmgate.assertions import bfcl
from llmgate.taxonomy import default
from tests.unit.diagnose import trials

ASKED = "When does my order A17 arrive?"
ARRIVES = {"type": "contains", "value": "12 March"}
BOTH = {
    **trials.ORDERS,
    "results": [trials.STATUS, {"name": "cancel_order", "arguments": {"id": "A17"}, "result": {"cancelled": True}}],
}
LOOK, CANCEL = ("lookup_order", {"id": "A17"}), ("cancel_order", {"id": "A17"})


def case(*asserts, tools=trials.ORDERS, **content):
    return trials.fixture(ASKED, tools=tools, asserts=asserts or (ARRIVES,), **content)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("track_order", {"id": "A17"}), "hallucinated_tool"),
        (("lookup_order", {"id": "A18"}), "value_error:string"),
        (("lookup_order", {"id": 17}), "type_error:simple"),
        (("lookup_order", {}), "missing_required"),
        (("lookup_order", {"id": "A17", "full": True}), "unexpected_param"),
        (("cancel_order", {"id": "A17"}), "wrong_func_name"),
    ],
)
def test_a_call_without_a_recorded_answer_is_named_by_how_it_differs(call, code):
    found = trials.diagnosed(case(), calls=[call]).primary
    assert (found.category, found.code, found.confidence) == ("tool_use", code, "high")


def test_a_call_where_none_is_recorded_was_not_needed():
    tools = {"definitions": [trials.LOOKUP]}
    assert trials.label(case(tools=tools), calls=[LOOK]) == "tool_use.unneeded_call"


def test_arguments_that_came_as_text_are_read():
    assert trials.label(case(), calls=[("lookup_order", '{"id": "A18"}')]) == "tool_use.value_error:string"


def test_the_recorded_call_that_is_most_alike_is_the_one_it_is_held_against():
    other = {"name": "lookup_order", "arguments": {"name": "x", "street": "y"}, "result": 1}
    tools = {**trials.ORDERS, "results": [other, trials.STATUS]}
    assert trials.label(case(tools=tools), calls=[("lookup_order", {"id": "A18"})]) == "tool_use.value_error:string"


@pytest.mark.parametrize(
    ("asserted", "calls", "code"),
    [
        ({"type": "trajectory:tool-used", "value": "lookup_order"}, [], "missing_call"),
        ({"type": "trajectory:tool-used", "value": "lookup_order"}, [CANCEL], "missing_call"),
        ({"type": "trajectory:tool-used", "value": {"name": "lookup_order", "max": 2}}, [LOOK] * 3, "loop"),
        ({"type": "trajectory:tool-used", "value": {"name": "lookup_order", "max": 1}}, [LOOK] * 2, "wrong_count"),
        ({"type": "not-trajectory:tool-used", "value": "cancel_order"}, [LOOK, CANCEL], "unneeded_call"),
        (
            {"type": "trajectory:tool-args-match", "value": {"name": "lookup_order", "args": {"id": "B1"}}},
            [LOOK],
            "value_error:string",
        ),
        (
            {"type": "trajectory:tool-args-match", "value": {"name": "lookup_order", "args": {"id": "B1"}}},
            [],
            "missing_call",
        ),
        (
            {"type": "trajectory:tool-sequence", "value": ["lookup_order", "cancel_order"]},
            [CANCEL, LOOK],
            "wrong_order",
        ),
        ({"type": "trajectory:tool-sequence", "value": ["lookup_order", "cancel_order"]}, [CANCEL], "missing_call"),
        (
            {"type": "trajectory:tool-sequence", "value": {"steps": ["lookup_order"], "mode": "exact"}},
            [LOOK, CANCEL],
            "unneeded_call",
        ),
        (
            {"type": "trajectory:tool-sequence", "value": {"steps": ["lookup_order"], "mode": "exact"}},
            [CANCEL],
            "wrong_func_name",
        ),
        ({"type": "tool-call-f1", "value": ["lookup_order", "cancel_order"]}, [LOOK], "missing_call"),
        ({"type": "tool-call-f1", "value": ["lookup_order"]}, [LOOK, CANCEL], "unneeded_call"),
        ({"type": "trajectory:step-count", "value": {"type": "tool", "max": 2}}, [LOOK] * 4, "loop"),
        ({"type": "is-valid-openai-tools-call"}, [], "missing_call"),
    ],
)
def test_a_failed_assertion_of_tools_is_named_by_the_first_step_that_goes_another_way(asserted, calls, code):
    assert trials.label(case(asserted, tools=BOTH), "It arrives on 12 March.", calls=calls) == f"tool_use.{code}"


def test_a_call_that_was_not_made_is_seen_by_what_it_would_have_answered():
    found = trials.diagnosed(case(), "Orders arrive within 5 days.").primary
    assert (found.code, found.confidence) == ("missing_call", "high")
    assert '"12 March", and was not asked for' in found.evidence[0]


def test_a_call_for_another_order_is_seen_by_what_the_right_one_would_have_answered():
    tools = {**trials.ORDERS, "results": [trials.STATUS, trials.OTHER_STATUS]}
    found = trials.diagnosed(case(tools=tools), "On 3 April.", calls=[("lookup_order", {"id": "A71"})]).primary
    assert (found.code, found.evidence[1]) == ("value_error:string", 'it was called with "{"id":"A71"}"')


def test_an_answer_of_a_tool_that_is_not_in_the_answer_was_ignored():
    assert trials.label(case(), "It arrives on 5 March.", calls=[LOOK]) == "tool_use.ignored_result"


@pytest.mark.parametrize("output", ['lookup_order(id="A17")', '{"name": "lookup_order", "arguments": {"id": "A17"}}'])
def test_a_call_that_is_written_as_text_was_not_made(output):
    found = trials.diagnosed(case({"type": "icontains", "value": "on its way"}), output).primary
    assert (found.code, "is written as text" in found.evidence[0]) == ("missing_call", True)


def test_recorded_results_and_no_call_at_all_hint_at_a_missing_call():
    found = trials.diagnosed(
        case({"type": "llm-rubric", "value": "x", "weight": 1}, {"type": "icontains", "value": "zebra"}), "Soon."
    )
    assert (found.primary.code, found.primary.confidence) == ("missing_call", "medium")


def test_an_answer_that_stood_in_a_document_needed_no_call():
    content = {"documents": [trials.RETURNS], "gold": ["returns.md#3"]}
    made = trials.fixture(tools=trials.ORDERS, **content)
    assert trials.label(made, "Within 60 days.").startswith("grounding")


def test_an_error_of_a_tool_counts_only_where_nothing_else_does():
    failing = {"name": "lookup_order", "arguments": {"id": "A17"}, "result": "out of order", "error": True}
    tools = {**trials.ORDERS, "results": [failing]}
    found = trials.diagnosed(
        case({"type": "icontains", "value": "tomorrow"}, tools=tools), "Soon.", calls=[LOOK]
    ).primary
    assert (found.code, found.confidence) == ("tool_error", "low")


def test_every_code_of_the_berkeley_leaderboard_is_in_the_taxonomy():
    assert set(map(str, bfcl.Code)) <= set(default.KINDS["tool_use"].codes)
