import json

import pytest

from llmgate.errors import CallLost, CallRefused
from llmgate.media import BlobPart
from llmgate.message import Message, ReasoningPart, TextPart, ToolCallPart, ToolDefinition
from llmgate.providers import api
from llmgate.providers.cohere import Cohere
from llmgate.trial import FinishReason, Usage
from tests.unit.providers import conversations, fakes

COHERE = Cohere()


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    body = json.loads(api.encode(COHERE.body(conversations.EVERYTHING, 7)))
    assert (body["seed"], body["stream"], body["model"]) == (7, False, "m-1")
    assert body["messages"] == [
        {"role": "system", "content": "You are terse."},
        {"role": "system", "content": "Never apologise."},
        {"role": "user", "content": "Where is A1?"},
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [
                {
                    "id": "functions.lookup:0",
                    "type": "function",
                    "function": {"name": "lookup_order", "arguments": '{"id": "A1"}'},
                },
                {"id": "call_1", "type": "function", "function": {"name": "now", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "functions.lookup:0", "content": '{"status": "shipped", "ü": 1}'},
        {"role": "tool", "tool_call_id": "call_1", "content": "noon"},
        {"role": "user", "content": "Und jetzt? 🦆"},
        {"role": "user", "content": "Hurry."},
    ]
    assert all("strict" not in tool["function"] for tool in body["tools"])


def test_tools_are_strict_where_all_of_them_are():
    tool = ToolDefinition(name="t", strict=True)
    assert COHERE.body(fakes.request(tools=(tool,)), None)["strict_tools"] is True
    assert "strict_tools" not in COHERE.body(fakes.request(tools=(tool, ToolDefinition(name="u"))), None)


def test_a_call_without_text_has_no_content():
    message = Message(role="assistant", parts=(ToolCallPart(id="1", name="now"),))
    [turn] = COHERE.body(fakes.request(messages=(message,)), None)["messages"]
    assert "content" not in turn


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ({"type": "json_object"}, {"type": "json_object"}),
        (
            {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
            {"type": "json_object", "json_schema": {"type": "object"}},
        ),
    ],
)
def test_the_format_of_the_answer_is_coheres(asked, written):
    assert COHERE.body(fakes.request(params={"response_format": asked}), None)["response_format"] == written


def test_a_pdf_is_refused():
    part = BlobPart(modality="document", mime_type="application/pdf", path="a.pdf", sha256="0" * 64)
    asked = fakes.request(messages=(Message(role="user", parts=(part,)),), blobs={"0" * 64: b"x"})
    with pytest.raises(CallRefused, match="text and images"):
        COHERE.body(asked, None)


def answer(message=None, **changes):
    content = [{"type": "text", "text": "hi"}]
    return {
        "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "content": content} | (message or {}),
    } | changes


CALLS = {
    "content": None,
    "tool_plan": "I will look.",
    "tool_calls": [{"id": "now_1", "type": "function", "function": {"name": "now", "arguments": "{}"}}],
}


def test_a_whole_answer_is_read():
    usage = {"billed_units": {"input_tokens": 9.0, "output_tokens": 2}, "tokens": {"input_tokens": 99}}
    content = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Yes."}]
    logprobs = [{"text": "Yes", "logprobs": [-0.5, 0]}, {"text": ".", "logprobs": [-1.0]}]
    completion = COHERE.parse(answer({"content": content}, usage=usage, logprobs=logprobs))
    assert completion.message.parts == (TextPart(content="Yes."),)
    assert completion.usage == Usage(input_tokens=9, output_tokens=2)
    assert (completion.served_model, completion.logprobs) == (None, (-0.5, 0.0, -1.0))


def test_a_plan_goes_back_with_its_calls():
    completion = COHERE.parse(answer(CALLS, finish_reason="TOOL_CALL"))
    assert completion.message.parts == (
        ReasoningPart(content="I will look."),
        ToolCallPart(id="now_1", name="now", arguments={}),
    )
    assert completion.finish_reason is FinishReason.TOOL_CALL
    *_, turn = COHERE.body(fakes.request(messages=(*fakes.request().messages, completion.message)), None)["messages"]
    assert turn == {"role": "assistant", "tool_plan": "I will look.", "tool_calls": CALLS["tool_calls"]}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("STOP_SEQUENCE", FinishReason.STOP),
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("TIMEOUT", FinishReason.ERROR),
        ("something new", FinishReason.ERROR),
    ],
)
def test_finish_reasons_are_opentelemetrys(reason, expected):
    assert COHERE.parse(answer(finish_reason=reason)).finish_reason is expected


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        answer(finish_reason=None),
        answer({"content": "hi"}),
        answer({"tool_calls": [1]}),
        answer(usage={"billed_units": {"input_tokens": 1.5}}),
        answer(logprobs=[{"text": "a"}]),
    ],
)
def test_what_is_not_an_answer_is_lost(body):
    with pytest.raises(CallLost, match="unreadable"):
        COHERE.parse(body)
