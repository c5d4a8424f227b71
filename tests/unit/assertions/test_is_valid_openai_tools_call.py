import pytest

from llmgate.message import ToolDefinition
from tests.unit.assertions.traces import grade, passes

KIND = {"type": "is-valid-openai-tools-call"}
LOOKUP = ToolDefinition(
    name="lookup",
    parameters={"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"], "strange": True},
)
BARE = ToolDefinition(name="bare")
LOOSE = ToolDefinition(name="loose", parameters={})


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ([("lookup", {"id": "A1"})], True),
        ([("lookup", {"id": "A1"}), ("bare", None)], True),
        ([("lookup", {"id": "A1"}), ("lookup", {"id": 1})], False),
        ([("lookup", {})], False),
        ([("lookup", "{not json")], False),
        ([("loose", {"any": 1})], True),
        ([("loose", "{not json")], False),
        ([("loose", [1])], False),
        ([("Lookup", {"id": "A1"})], False),
        ([], False),
    ],
)
def test_every_call_is_of_an_offered_tool_and_fits_its_schema(called, expected):
    """promptfoo, deterministic#is-valid-openai-tools-call: "all tool calls match the tools JSON schema"."""
    assert passes(KIND, tools=[LOOKUP, BARE, LOOSE], tools_called=called) is expected


def test_a_fixture_without_definitions_cannot_be_judged():
    assert "tools.definitions" in grade(KIND, tools_called=["lookup"]).error


def test_a_definition_that_is_no_schema_cannot_be_judged():
    broken = ToolDefinition(name="x", parameters={"type": "object", "properties": {"a": {"type": "strng"}}})
    assert "no JSON Schema" in grade(KIND, tools=[broken], tools_called=[("x", {"a": 1})]).error


def test_a_remote_reference_in_a_definition_is_never_followed():
    remote = ToolDefinition(name="x", parameters={"type": "object", "$ref": "http://127.0.0.1:9/schema"})
    assert "no JSON Schema" in grade(KIND, tools=[remote], tools_called=["x"]).error
