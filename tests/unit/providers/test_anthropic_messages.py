import contextlib
import itertools
import json

import pytest
from hypothesis import given

from llmgate.errors import CallError, CallLost, CallRefused
from llmgate.message import Message, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart, text_message
from llmgate.providers import api
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.trial import FinishReason, Usage
from tests.unit.providers import conversations, fakes

MESSAGES = AnthropicMessages()


def text(content):
    return {"type": "text", "text": content}


GOLDEN = {
    "max_tokens": 300,
    "temperature": 0.5,
    "tool_choice": {"type": "auto"},
    "model": "m-1",
    "system": [text("You are terse."), text("Never apologise.")],
    "messages": [
        {"role": "user", "content": [text("Where is A1?")]},
        {
            "role": "assistant",
            "content": [
                text("Let me look."),
                {"type": "tool_use", "id": "functions_lookup_0", "name": "lookup_order", "input": {"id": "A1"}},
                {"type": "tool_use", "id": "call_1", "name": "now", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "functions_lookup_0",
                    "content": '{"status": "shipped", "ü": 1}',
                },
                {"type": "tool_result", "tool_use_id": "call_1", "content": "noon"},
                text("Und jetzt? 🦆"),
                text("Hurry."),
            ],
        },
    ],
    "tools": [
        {
            "name": "lookup_order",
            "description": "Find an order.",
            "input_schema": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            "strict": True,
        },
        {"name": "now", "input_schema": {"type": "object", "properties": {}}},
    ],
}


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    assert json.loads(api.encode(MESSAGES.body(conversations.EVERYTHING, 7))) == GOLDEN


def test_a_lone_system_prompt_is_plain_text_and_max_tokens_has_a_default():
    request = fakes.request(messages=(text_message("system", "Be terse."), text_message("user", "hello")))
    assert MESSAGES.body(request, None) == {
        "max_tokens": 1024,
        "model": "m-1",
        "system": "Be terse.",
        "messages": [{"role": "user", "content": [text("hello")]}],
    }


def test_no_seed_is_sent():
    assert "seed" not in MESSAGES.body(fakes.request(), 7)


def test_empty_texts_are_left_out():
    messages = (text_message("system", ""), text_message("user", "a"), text_message("assistant", ""))
    body = MESSAGES.body(fakes.request(messages=messages), None)
    assert ("system" in body, body["messages"]) == (False, [{"role": "user", "content": [text("a")]}])


def test_a_result_in_a_users_message_stands_before_its_text():
    call = Message(role="assistant", parts=(ToolCallPart(id="1", name="now"),))
    mixed = Message(role="user", parts=(TextPart(content="so?"), ToolResponsePart(id="1", response="noon")))
    body = MESSAGES.body(fakes.request(messages=(call, mixed)), None)
    assert [block["type"] for block in body["messages"][1]["content"]] == ["tool_result", "text"]


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (None, {}),
        ("", {}),
        ({}, {}),
        ('{"id": "A1"}', {"id": "A1"}),
        ("{not json", {"arguments": "{not json"}),
        ([1], {"arguments": [1]}),
        ("[1]", {"arguments": "[1]"}),
    ],
)
def test_arguments_become_an_object(arguments, written):
    call = Message(role="assistant", parts=(ToolCallPart(id="1", name="now", arguments=arguments),))
    [turn] = MESSAGES.body(fakes.request(messages=(call,)), None)["messages"]
    assert turn["content"][0]["input"] == written


def test_an_answer_of_a_tool_that_was_an_error_is_said_to_be_one():
    call = Message(role="assistant", parts=(ToolCallPart(id="1", name="now"),))
    failed = Message(role="tool", parts=(ToolResponsePart(id="1", response="no clock", is_error=True),))
    *_, turn = MESSAGES.body(fakes.request(messages=(call, failed)), None)["messages"]
    assert turn["content"] == [{"type": "tool_result", "tool_use_id": "1", "content": "no clock", "is_error": True}]


def test_a_schema_without_a_type_gets_one():
    tool = ToolDefinition(name="t", parameters={"properties": {}})
    [written] = MESSAGES.body(fakes.request(tools=(tool,)), None)["tools"]
    assert written["input_schema"] == {"type": "object", "properties": {}}


@given(conversations.requests)
def test_any_conversation_is_json_alternates_and_is_deterministic(request):
    """Any canonical conversation is refused or becomes JSON of alternating roles, and always the same bytes."""
    try:
        data = api.encode(MESSAGES.body(request, 7))
    except CallRefused:
        return
    assert data == api.encode(MESSAGES.body(request, 7))
    roles = [turn["role"] for turn in json.loads(data)["messages"]]
    assert set(roles) <= {"user", "assistant"}
    assert all(first != second for first, second in itertools.pairwise(roles))


def answer(**changes):
    usage = {"input_tokens": 9, "output_tokens": 2}
    return {"content": [text("hi")], "stop_reason": "end_turn", "usage": usage, "model": "m-1", **changes}


def test_a_whole_answer_is_read():
    completion = MESSAGES.parse(
        answer(
            content=[
                {"type": "thinking", "thinking": "…", "signature": "x"},
                text("Let me look. "),
                text("Now."),
                {"type": "tool_use", "id": "toolu_1", "name": "lookup_order", "input": {"id": "A1"}},
            ],
            stop_reason="tool_use",
            usage={
                "input_tokens": 9,
                "output_tokens": 2,
                "cache_read_input_tokens": 100,
                "cache_creation_input_tokens": 10,
            },
        )
    )
    assert completion.message.text == "Let me look. Now."
    assert completion.message.tool_calls == (ToolCallPart(id="toolu_1", name="lookup_order", arguments={"id": "A1"}),)
    assert completion.finish_reason is FinishReason.TOOL_CALL
    assert completion.usage == Usage(input_tokens=119, output_tokens=2, cached_tokens=100)
    assert (completion.served_model, completion.fingerprint, completion.logprobs) == ("m-1", None, None)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("end_turn", FinishReason.STOP),
        ("stop_sequence", FinishReason.STOP),
        ("max_tokens", FinishReason.LENGTH),
        ("model_context_window_exceeded", FinishReason.LENGTH),
        ("tool_use", FinishReason.TOOL_CALL),
        ("refusal", FinishReason.CONTENT_FILTER),
        ("pause_turn", FinishReason.ERROR),
        ("something new", FinishReason.ERROR),
    ],
)
def test_stop_reasons_are_opentelemetrys(reason, expected):
    assert MESSAGES.parse(answer(stop_reason=reason)).finish_reason is expected


def test_silence_is_an_answer():
    assert MESSAGES.parse(answer(content=[])).message == text_message("assistant", "")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"type": "error", "error": {"message": "boom"}},
        answer(content=None),
        answer(content="hi"),
        answer(content=["hi"]),
        answer(content=[{"type": "text"}]),
        answer(content=[{"type": "tool_use", "id": "1", "name": "now", "input": "{}"}]),
        answer(content=[{"type": "tool_use", "id": "1", "input": {}}]),
        answer(content=[{"type": "tool_use", "id": 1, "name": "now", "input": {}}]),
        answer(stop_reason=None),
        answer(usage=[]),
        answer(usage={"input_tokens": -9}),
        answer(usage={"cache_read_input_tokens": "9"}),
        answer(model={}),
    ],
)
def test_what_is_not_an_answer_is_lost(body):
    with pytest.raises(CallLost, match="unreadable"):
        MESSAGES.parse(body)


@given(conversations.json_value)
def test_hostile_json_is_an_answer_or_lost(value):
    """Whatever JSON stands in each place of an answer, reading it gives a Completion or a CallError."""
    tool_use = {"type": "tool_use", "id": "1", "name": "now", "input": value}
    places = [value, answer(content=value), answer(content=[value]), answer(content=[tool_use])]
    places += [answer(stop_reason=value), answer(usage=value), answer(model=value)]
    for body in places:
        with contextlib.suppress(CallError):
            MESSAGES.parse(body)


THINKING = {"type": "thinking", "thinking": "Hm.", "signature": "signed"}
REDACTED = {"type": "redacted_thinking", "data": "sealed"}
CALL = {"type": "tool_use", "id": "t1", "name": "now", "input": {}}


def test_thinking_goes_back_with_its_signature_before_the_call():
    """With thinking on, the API refuses a conversation whose turn with a call does not begin with it."""
    message = MESSAGES.parse(answer(content=[THINKING, REDACTED, CALL])).message
    result = Message(role="tool", parts=(ToolResponsePart(id="t1", response="noon"),))
    body = MESSAGES.body(fakes.request(messages=(*fakes.request().messages, message, result)), None)
    assert body["messages"][1]["content"] == [THINKING, REDACTED, CALL]


def test_thinking_alone_is_silence():
    assert MESSAGES.parse(answer(content=[THINKING])).message.text == ""


def test_the_schema_of_the_answer_stands_in_the_output_configuration():
    asked = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    body = MESSAGES.body(fakes.request(params={"response_format": asked, "output_config": {"effort": "low"}}), None)
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": {"type": "object"}}, "effort": "low"}
    assert "response_format" not in body


def test_an_answer_in_json_without_a_schema_has_no_place():
    body = MESSAGES.body(fakes.request(params={"response_format": {"type": "json_object"}}), None)
    assert body.keys() == {"max_tokens", "model", "messages"}
