import pytest
from pydantic import ValidationError

from llmgate import message
from llmgate.message import Message, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart

SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}


def test_plain_content_and_one_text_part_are_the_same_message():
    plain = Message.model_validate({"role": "user", "content": "hi"})
    parts = Message.model_validate({"role": "user", "parts": [{"type": "text", "content": "hi"}]})
    assert plain == parts == message.text_message("user", "hi")
    assert plain.model_dump_json() == parts.model_dump_json()


def test_a_message_written_out_is_read_back_the_same():
    spoken = Message(role="assistant", parts=(TextPart(content="a"), ToolCallPart(name="f", arguments={"x": [1]})))
    assert Message.model_validate_json(spoken.model_dump_json()) == spoken


def test_text_joins_the_text_parts_and_tool_calls_are_the_others():
    call = ToolCallPart(id="1", name="f", arguments="{not json")
    spoken = Message(role="assistant", parts=(TextPart(content="a"), call, TextPart(content="b")))
    assert (spoken.text, spoken.tool_calls) == ("ab", (call,))


def test_result_is_accepted_for_response():
    part = {"type": "tool_call_response", "id": "1", "result": {"ok": True}}
    spoken = Message.model_validate({"role": "tool", "parts": [part]})
    assert spoken.parts == (ToolResponsePart(id="1", response={"ok": True}),)


def test_that_a_tool_answered_with_an_error_is_written_out_only_where_it_did():
    """So that requests without it keep the digests that they had."""
    assert "is_error" not in ToolResponsePart(id="1", response=3).model_dump(mode="json")
    assert ToolResponsePart(is_error=True).model_dump(mode="json")["is_error"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "user"},
        {"role": "user", "parts": []},
        {"role": "robot", "content": "hi"},
        {"role": "user", "content": ["hi"]},
        {"role": "user", "content": "hi", "parts": [{"type": "text", "content": "hi"}]},
        {"role": "user", "content": "hi", "cache": True},
        {"role": "user", "parts": [{"type": "sound", "content": "hi"}]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "result": 1, "response": 2}]},
    ],
)
def test_a_message_that_is_not_understood_is_refused(wrong):
    with pytest.raises(ValidationError):
        Message.model_validate(wrong)


@pytest.mark.parametrize(
    "form",
    [
        {"name": "f", "description": "d", "parameters": SCHEMA},
        {"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA}},
        {"type": "function", "name": "f", "description": "d", "parameters": SCHEMA},
        {"name": "f", "description": "d", "input_schema": SCHEMA},
        {"type": "custom", "name": "f", "description": "d", "input_schema": SCHEMA},
    ],
)
def test_a_tool_in_each_providers_form_is_the_same_tool(form):
    assert ToolDefinition.model_validate(form) == ToolDefinition(name="f", description="d", parameters=SCHEMA)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "function", "function": {"name": "f"}, "cache_control": {}},
        {"type": "function", "function": {"name": "f", "strikt": True}},
        {"type": "web_search", "name": "f"},
        {"name": "f", "parameters": SCHEMA, "input_schema": SCHEMA},
        {"name": "f", "parameters": {"type": "array"}},
        {"name": ""},
        {"type": "function", "function": "f"},
    ],
)
def test_a_tool_with_anything_unknown_is_refused(wrong):
    with pytest.raises(ValidationError):
        ToolDefinition.model_validate(wrong)


@pytest.mark.parametrize("role", ["system", "user", "tool"])
def test_only_the_model_reasons(role):
    with pytest.raises(ValidationError, match="reasoning stands in messages of the assistant"):
        Message.model_validate({"role": role, "parts": [{"type": "reasoning", "content": "Hm."}]})


def test_reasoning_is_not_what_is_said():
    message = Message.model_validate({"role": "assistant", "parts": [{"type": "reasoning", "content": "Hm."}]})
    assert message.text == ""
