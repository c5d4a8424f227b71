import json

import pytest

from llmgate.errors import CallLost
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, ReasoningPart, TextPart, ToolCallPart, ToolResponsePart
from llmgate.providers import api
from llmgate.providers.openai_responses import OpenAIResponses
from llmgate.trial import FinishReason, Usage
from tests.unit.providers import conversations, fakes

RESPONSES = OpenAIResponses()

GOLDEN = {
    "max_tokens": 300,
    "temperature": 0.5,
    "tool_choice": {"type": "auto"},
    "model": "m-1",
    "store": False,
    "input": [
        {"role": "system", "content": "You are terse."},
        {"role": "developer", "content": "Never apologise."},
        {"role": "user", "content": "Where is A1?"},
        {"role": "assistant", "content": "Let me look."},
        {
            "type": "function_call",
            "call_id": "functions.lookup:0",
            "name": "lookup_order",
            "arguments": '{"id": "A1"}',
        },
        {"type": "function_call", "call_id": "call_1", "name": "now", "arguments": "{}"},
        {
            "type": "function_call_output",
            "call_id": "functions.lookup:0",
            "output": '{"status": "shipped", "ü": 1}',
        },
        {"type": "function_call_output", "call_id": "call_1", "output": "noon"},
        {"role": "user", "content": "Und jetzt? 🦆"},
        {"role": "user", "content": "Hurry."},
    ],
    "tools": [
        {
            "type": "function",
            "name": "lookup_order",
            "description": "Find an order.",
            "parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            "strict": True,
        },
        {
            "type": "function",
            "name": "now",
            "parameters": {"type": "object", "properties": {}},
            "strict": False,
        },
    ],
}


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    assert json.loads(api.encode(RESPONSES.body(conversations.EVERYTHING, 7))) == GOLDEN


def test_nothing_is_stored_whatever_the_parameters_say():
    body = RESPONSES.body(fakes.request(params={"store": True, "input": "x"}), None)
    assert (body["store"], body["input"]) == (False, [{"role": "user", "content": "hello"}])


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ({"type": "json_object"}, {"type": "json_object"}),
        (
            {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}, "strict": True}},
            {"type": "json_schema", "name": "a", "schema": {"type": "object"}, "strict": True},
        ),
    ],
)
def test_the_format_of_the_answer_is_written_flat(asked, written):
    params = {"response_format": asked, "text": {"verbosity": "low"}}
    body = RESPONSES.body(fakes.request(params=params), None)
    assert body["text"] == {"format": written, "verbosity": "low"}
    assert "response_format" not in body


def test_files_go_with_the_text_and_a_tools_files_with_its_result():
    image = UriPart(modality="image", uri="https://example.com/a.png")
    pdf = BlobPart(modality="document", mime_type="application/pdf", path="docs/a.pdf", sha256="0" * 64)
    asked = Message(role="user", parts=(TextPart(content="What?"), image, pdf))
    call = Message(role="assistant", parts=(ToolCallPart(id="1", name="look"),))
    answered = Message(role="tool", parts=(ToolResponsePart(id="1", response="seen"), image))
    body = RESPONSES.body(fakes.request(messages=(asked, call, answered), blobs={"0" * 64: b"x"}), None)
    first, _, last = body["input"]
    assert [block["type"] for block in first["content"]] == ["input_text", "input_image", "input_file"]
    assert first["content"][2] == {
        "type": "input_file",
        "filename": "a.pdf",
        "file_data": "data:application/pdf;base64,eA==",
    }
    assert [block["type"] for block in last["output"]] == ["input_text", "input_image"]


def answer(*output, **changes):
    whole = {"status": "completed", "model": "m-1-2026", "output": list(output), "usage": None}
    return whole | changes


def said(text, **changes):
    return {"type": "message", "content": [{"type": "output_text", "text": text, **changes}]}


CALL = {"type": "function_call", "call_id": "c1", "name": "now", "arguments": "{}"}


def test_a_whole_answer_is_read():
    thought = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}]}
    usage = {"input_tokens": 9, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 4}}
    search = {"type": "web_search_call", "id": "ws_1"}
    completion = RESPONSES.parse(
        answer(thought | {"encrypted_content": "sealed"}, search, said("Let me see."), CALL, usage=usage)
    )
    assert completion.message.parts == (
        ReasoningPart(content="Hm.", id="rs_1", seal="sealed"),
        TextPart(content="Let me see."),
        ToolCallPart(id="c1", name="now", arguments={}),
    )
    assert completion.finish_reason is FinishReason.TOOL_CALL
    assert completion.usage == Usage(input_tokens=9, output_tokens=2, cached_tokens=4)
    assert completion.served_model == "m-1-2026"


def test_what_was_answered_goes_back_with_its_reasoning_in_its_place():
    thought = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"}
    message = RESPONSES.parse(answer(thought, CALL)).message
    result = Message(role="tool", parts=(ToolResponsePart(id="c1", response="noon"),))
    body = RESPONSES.body(fakes.request(messages=(*fakes.request().messages, message, result)), None)
    assert body["input"][1:3] == [thought, CALL]


def test_reasoning_without_its_seal_is_not_sent():
    message = RESPONSES.parse(answer({"type": "reasoning", "id": "rs_1", "summary": []}, CALL)).message
    body = RESPONSES.body(fakes.request(messages=(*fakes.request().messages, message)), None)
    assert body["input"][1:] == [CALL]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, FinishReason.STOP),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, FinishReason.LENGTH),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, FinishReason.CONTENT_FILTER),
        ({"status": "incomplete", "incomplete_details": {"reason": "steered"}}, FinishReason.ERROR),
        ({"status": "cancelled"}, FinishReason.ERROR),
    ],
)
def test_finish_reasons_are_opentelemetrys(changes, expected):
    assert RESPONSES.parse(answer(said("hi"), **changes)).finish_reason is expected


def test_a_refusal_is_text_and_silence_an_answer():
    refusal = {"type": "message", "content": [{"type": "refusal", "refusal": "I cannot."}]}
    assert RESPONSES.parse(answer(refusal)).message.text == "I cannot."
    assert RESPONSES.parse(answer()).message.parts == (TextPart(content=""),)


def test_logprobs_are_those_of_the_text():
    tokens = [{"token": "h", "logprob": -0.5}, {"token": "i", "logprob": 0}]
    assert RESPONSES.parse(answer(said("hi", logprobs=tokens))).logprobs == (-0.5, 0.0)
    assert RESPONSES.parse(answer(said("hi", logprobs=[]))).logprobs is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"output": []},
        answer(status="failed", error={"code": "server_error", "message": "boom"}),
        answer(status="incomplete"),
        answer("text"),
        answer({"type": "message", "content": "hi"}),
        answer({"type": "function_call", "name": "now", "arguments": {}}),
        answer(usage={"input_tokens": -1}),
    ],
)
def test_what_is_not_an_answer_is_lost(body):
    with pytest.raises(CallLost):
        RESPONSES.parse(body)
