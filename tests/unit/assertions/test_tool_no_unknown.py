from llmgate.message import ToolDefinition
from tests.unit.assertions.traces import grade, passes, request

WRITTEN = {"type": "tool:no-unknown"}
OFFERED = [ToolDefinition(name="lookup")]


def test_a_tool_that_was_offered_may_be_called():
    assert passes(WRITTEN, tools_called=["lookup", "lookup"], tools=OFFERED)


def test_a_tool_that_was_not_offered_fails_and_is_named_with_its_code():
    judged = grade(WRITTEN, tools_called=["lookup", "Lookup", "fly"], tools=OFFERED)
    assert judged.reason == 'wrong_func_name: no such tool was offered: "Lookup", "fly"'
    assert not judged.passed


def test_no_call_passes_even_without_tools():
    assert passes(WRITTEN)
    assert not passes(WRITTEN, tools_called=["lookup"])


def test_the_tools_of_the_request_count_before_those_of_the_fixture():
    sent = request(user="q", tools=(ToolDefinition(name="fly"),))
    assert passes(WRITTEN, tools_called=["fly"], tools=OFFERED, request=sent)
    assert not passes(WRITTEN, tools_called=["lookup"], tools=OFFERED, request=sent)
