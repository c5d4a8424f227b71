"""Streams as they are sent, put together and read."""

import json
import time

import pytest

from llmgate.errors import CallLost
from llmgate.message import ReasoningPart, TextPart, ToolCallPart
from llmgate.providers import Wire, assembling, raw
from llmgate.trial import FinishReason, Usage


def sse(*events, end=b""):
    return b"".join(b"event: x\r\ndata: %b\r\n\r\n" % json.dumps(event).encode() for event in events) + end


def chunk(delta=None, reason=None, **more):
    return {"model": "m-1", "choices": [{"index": 0, "delta": delta or {}, "finish_reason": reason}], **more}


MESSAGES = (
    {
        "type": "message_start",
        "message": {
            "role": "assistant",
            "model": "c-1",
            "content": [],
            "usage": {"input_tokens": 9, "cache_read_input_tokens": 4, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "m."}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "sealed"}},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "I will "}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "look."}},
    {
        "type": "content_block_start",
        "index": 2,
        "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}},
    },
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"a":'}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": " 1}"}},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 7}},
    {"type": "message_stop"},
)
GEMINI = (
    {"candidates": [{"content": {"parts": [{"text": "Hm", "thought": True}]}}], "modelVersion": "g-1"},
    {"candidates": [{"content": {"parts": [{"text": "m.", "thought": True}, {"text": "I will "}]}}]},
    {"candidates": [{"content": {"parts": [{"text": "look."}]}}]},
    {
        "candidates": [
            {"content": {"parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}]}, "finishReason": "STOP"}
        ],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 5, "thoughtsTokenCount": 2},
    },
)


def test_a_stream_of_messages_tells_its_thoughts_calls_and_tokens():
    read = raw.completion(Wire.MESSAGES, sse(*MESSAGES), streams=True)
    assert read.message.parts == (
        ReasoningPart(content="Hmm.", seal="sealed"),
        TextPart(content="I will look."),
        ToolCallPart(id="t", name="f", arguments={"a": 1}),
    )
    assert read.usage == Usage(input_tokens=13, cached_tokens=4, output_tokens=7)
    assert (read.served_model, read.finish_reason) == ("c-1", FinishReason.TOOL_CALL)


@pytest.mark.parametrize("sent", [sse(*GEMINI), json.dumps(GEMINI).encode()], ids=["events", "a list"])
def test_a_stream_of_gemini_tells_its_calls_and_tokens(sent):
    read = raw.completion(Wire.GEMINI, sent, streams=True)
    assert read.message.parts == (TextPart(content="I will look."), ToolCallPart(name="f", arguments={"a": 1}))
    assert read.usage == Usage(input_tokens=9, output_tokens=7)
    assert (read.served_model, read.finish_reason) == ("g-1", FinishReason.TOOL_CALL)


def test_a_stream_of_chat_completions_tells_its_tokens_where_the_last_event_does():
    usage = {"prompt_tokens": 3, "completion_tokens": 2}
    sent = sse(
        chunk({"content": "Hi"}, usage=None),
        chunk(reason="stop"),
        {"choices": [], "usage": usage},
        end=b"data: [DONE]\n\n",
    )
    read = raw.completion(Wire.CHAT, sent, streams=True)
    assert (read.message.text, read.usage) == ("Hi", Usage(input_tokens=3, output_tokens=2))
    assert read.served_model == "m-1"


def test_a_stream_of_responses_is_its_last_event():
    answer = {
        "status": "completed",
        "model": "m-1",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}],
        "usage": {"input_tokens": 3, "output_tokens": 2},
    }
    read = raw.completion(Wire.RESPONSES, sse({"type": "response.completed", "response": answer}), streams=True)
    assert (read.message.text, read.usage) == ("Hi", Usage(input_tokens=3, output_tokens=2))


def test_a_server_that_knows_no_streams_has_answered_at_once():
    sent = json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}).encode()
    assert raw.completion(Wire.CHAT, sent, streams=True).message.text == "Hi"


def test_a_prompt_that_gemini_blocks_has_an_end():
    sent = sse({"promptFeedback": {"blockReason": "SAFETY"}})
    assert raw.completion(Wire.GEMINI, sent, streams=True).finish_reason is FinishReason.CONTENT_FILTER


@pytest.mark.trust("broken-answer")
@pytest.mark.parametrize(
    ("wire", "sent"),
    [
        (Wire.CHAT, sse(chunk({"content": "Hi"}))),
        (Wire.MESSAGES, sse(*MESSAGES[:-2])),
        (Wire.GEMINI, sse(*GEMINI[:-1])),
        (Wire.RESPONSES, sse({"type": "response.output_text.delta", "delta": "Hi"})),
    ],
)
def test_a_stream_without_its_end_is_lost(wire, sent):
    with pytest.raises(CallLost, match="ended in the middle"):
        raw.completion(wire, sent, streams=True)


@pytest.mark.parametrize(
    ("wire", "event"),
    [
        (Wire.CHAT, {"error": {"message": "overloaded"}}),
        (Wire.MESSAGES, {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}),
        (Wire.RESPONSES, {"type": "error", "message": "overloaded"}),
        (Wire.GEMINI, {"error": {"code": 503, "message": "overloaded"}}),
    ],
)
def test_a_stream_that_ends_in_an_error_is_lost(wire, event):
    with pytest.raises(CallLost, match="answered with an error: overloaded"):
        raw.completion(wire, sse(event), streams=True)


@pytest.mark.parametrize("wire", [Wire.GEMINI, Wire.CHAT, Wire.MESSAGES])
def test_a_text_in_very_many_pieces_takes_time_in_proportion(wire):
    piece = {
        Wire.GEMINI: {"candidates": [{"content": {"parts": [{"text": "abcdefgh" * 8}]}, "finishReason": "STOP"}]},
        Wire.CHAT: chunk({"content": "abcdefgh" * 8}, "stop"),
        Wire.MESSAGES: {"index": 0, "content_block": {"type": "text"}, "delta": {"text": "abcdefgh" * 8}},
    }[wire]

    def seconds(count):
        sent = sse(*([piece] * count))
        began = time.process_time()
        list(assembling.events(sent))
        raw._ASSEMBLERS[wire](assembling.events(sent))
        return time.process_time() - began

    assert min(seconds(20_000) for _ in range(3)) < 40 * seconds(1_000) + 0.5
