import json

import pytest

from llmgate.errors import CallLost, CallRefused
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, ReasoningPart, TextPart, ToolCallPart, text_message
from llmgate.providers import api
from llmgate.providers.ollama import Ollama
from llmgate.trial import FinishReason, Usage
from tests.unit.providers import conversations, fakes

OLLAMA = Ollama()


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    body = json.loads(api.encode(OLLAMA.body(conversations.EVERYTHING, 7)))
    tools = body.pop("tools")
    assert [tool["function"]["name"] for tool in tools] == ["lookup_order", "now"]
    assert body == {
        "options": {"max_tokens": 300, "temperature": 0.5, "tool_choice": {"type": "auto"}, "seed": 7},
        "model": "m-1",
        "stream": False,
        "messages": [
            {"role": "system", "content": "You are terse."},
            {"role": "system", "content": "Never apologise."},
            {"role": "user", "content": "Where is A1?"},
            {
                "role": "assistant",
                "content": "Let me look.",
                "tool_calls": [
                    {"function": {"name": "lookup_order", "arguments": {"id": "A1"}}},
                    {"function": {"name": "now", "arguments": {}}},
                ],
            },
            {"role": "tool", "content": '{"status": "shipped", "ü": 1}', "tool_name": "lookup_order"},
            {"role": "tool", "content": "noon", "tool_name": "now"},
            {"role": "user", "content": "Und jetzt? 🦆"},
            {"role": "user", "content": "Hurry."},
        ],
    }


def test_parameters_stand_in_the_options_but_for_those_beside_them():
    params = {"num_ctx": 4096, "think": False, "logprobs": True, "options": {"num_gpu": 0}}
    body = OLLAMA.body(fakes.request(params=params), None)
    assert body["options"] == {"num_gpu": 0, "num_ctx": 4096}
    assert (body["think"], body["logprobs"]) == (False, True)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ({"type": "json_object"}, "json"),
        ({"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}, {"type": "object"}),
    ],
)
def test_the_format_of_the_answer_is_ollamas(asked, written):
    assert OLLAMA.body(fakes.request(params={"response_format": asked}), None)["format"] == written


def test_images_stand_beside_the_text_and_nothing_else_is_taken():
    image = BlobPart(modality="image", mime_type="image/png", path="a.png", sha256="0" * 64)
    message = Message(role="user", parts=(TextPart(content="What?"), image))
    [turn] = OLLAMA.body(fakes.request(messages=(message,), blobs={"0" * 64: b"x"}), None)["messages"]
    assert turn == {"role": "user", "content": "What?", "images": ["eA=="]}
    address = Message(role="user", parts=(UriPart(modality="image", uri="https://example.com/a.png"),))
    with pytest.raises(CallRefused, match="Ollama"):
        OLLAMA.body(fakes.request(messages=(address,)), None)


def answer(message=None, **changes):
    whole = {"model": "m-1:8b", "message": {"role": "assistant", "content": "hi"} | (message or {}), "done": True}
    return whole | {"done_reason": "stop", "prompt_eval_count": 9, "eval_count": 2} | changes


CALLS = {"content": "", "tool_calls": [{"function": {"name": "now", "arguments": {"at": 1}}}]}


def test_a_whole_answer_is_read():
    completion = OLLAMA.parse(answer({"thinking": "Hm."}, logprobs=[{"token": "hi", "logprob": -0.5}]))
    assert completion.message.parts == (ReasoningPart(content="Hm."), TextPart(content="hi"))
    assert completion.usage == Usage(input_tokens=9, output_tokens=2)
    assert (completion.served_model, completion.logprobs) == ("m-1:8b", (-0.5,))


def test_calls_have_no_ids():
    [part] = OLLAMA.parse(answer(CALLS)).message.parts
    assert part == ToolCallPart(name="now", arguments={"at": 1})


@pytest.mark.parametrize(
    ("reason", "message", "expected"),
    [
        ("stop", {}, FinishReason.STOP),
        (None, {}, FinishReason.STOP),
        ("stop", CALLS, FinishReason.TOOL_CALL),
        ("length", CALLS, FinishReason.LENGTH),
        ("load", {}, FinishReason.ERROR),
    ],
)
def test_finish_reasons_are_opentelemetrys(reason, message, expected):
    assert OLLAMA.parse(answer(message, done_reason=reason)).finish_reason is expected


def test_silence_is_an_answer():
    assert OLLAMA.parse(answer({"content": None})).message == text_message("assistant", "")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        answer(done=False),
        answer(message=None) | {"message": None},
        answer({"content": 1}),
        answer({"tool_calls": [{"function": {"name": "now", "arguments": "{}"}}]}),
        answer(eval_count=-1),
    ],
)
def test_what_is_not_an_answer_is_lost(body):
    with pytest.raises(CallLost, match="unreadable"):
        OLLAMA.parse(body)
