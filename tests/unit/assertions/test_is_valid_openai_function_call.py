import pytest

from llmgate.message import ToolDefinition
from tests.unit.assertions.traces import grade, passes

KIND = {"type": "is-valid-openai-function-call"}
LOOKUP = ToolDefinition(
    name="lookup", parameters={"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
)


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ([("lookup", {"id": "A1"})], True),
        ([("lookup", {"id": "A1"}), ("lookup", {"id": "B2"})], True),
        ([("lookup", {"id": "A1"}), ("lookup", {"id": 1})], False),
        ([("lookup", {})], False),
        ([("lookup", "{not json")], False),
        ([("other", {})], False),
        ([], False),
    ],
)
def test_every_call_is_of_an_offered_function_and_fits_its_schema(called, expected):
    """promptfoo, deterministic#is-valid-openai-function-call: "adheres to the schema"."""
    assert passes(KIND, tools=[LOOKUP], tools_called=called) is expected


def test_a_fixture_without_definitions_cannot_be_judged():
    assert "tools.definitions" in grade(KIND, tools_called=["lookup"]).error
