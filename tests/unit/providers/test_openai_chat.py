import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.errors import CallError, CallLost, CallRefused
from llmgate.message import Message, TextPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.providers import api
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.trial import FinishReason, Usage
from tests.unit.providers import conversations, fakes

CHAT = OpenAIChat()

GOLDEN = {
    "max_tokens": 300,
    "temperature": 0.5,
    "tool_choice": {"type": "auto"},
    "model": "m-1",
    "messages": [
        {"role": "system", "content": "You are terse."},
        {"role": "developer", "content": "Never apologise."},
        {"role": "user", "content": "Where is A1?", "name": "ada"},
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
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "lookup_order",
                "description": "Find an order.",
                "parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
                "strict": True,
            },
        },
        {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}},
    ],
    "seed": 7,
}


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    assert json.loads(api.encode(CHAT.body(conversations.EVERYTHING, 7))) == GOLDEN


def test_without_seed_and_tools_neither_is_sent():
    assert CHAT.body(fakes.request(), None) == {"model": "m-1", "messages": [{"role": "user", "content": "hello"}]}


def test_parameters_cannot_replace_the_request():
    body = CHAT.body(fakes.request(params={"model": "other", "messages": [], "seed": 1}), 7)
    assert (body["model"], len(body["messages"]), body["seed"]) == ("m-1", 1, 7)


def test_several_texts_stay_apart():
    message = Message(role="user", parts=(TextPart(content="a"), TextPart(content="b")))
    assert CHAT.body(fakes.request(messages=(message,)), None)["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
    ]


def test_a_call_without_text_has_null_content():
    message = Message(role="assistant", parts=(ToolCallPart(id="1", name="now", arguments="{not json"),))
    [turn] = CHAT.body(fakes.request(messages=(message,)), None)["messages"]
    assert (turn["content"], turn["tool_calls"][0]["function"]["arguments"]) == (None, "{not json")


def test_arguments_that_are_text_stay_as_they_are_byte_for_byte():
    message = Message(role="assistant", parts=(ToolCallPart(id="1", name="now", arguments='{"a":1,  "b": 1.0}'),))
    [turn] = CHAT.body(fakes.request(messages=(message,)), None)["messages"]
    assert turn["tool_calls"][0]["function"]["arguments"] == '{"a":1,  "b": 1.0}'


def test_that_an_answer_of_a_tool_was_an_error_has_no_place_in_the_api():
    call = Message(role="assistant", parts=(ToolCallPart(id="1", name="now"),))
    failed = Message(role="tool", parts=(ToolResponsePart(id="1", response="no clock", is_error=True),))
    *_, turn = CHAT.body(fakes.request(messages=(call, failed)), None)["messages"]
    assert turn == {"role": "tool", "tool_call_id": "1", "content": "no clock"}


@given(conversations.requests, st.none() | st.integers(0, 2**31))
def test_any_conversation_is_json_and_deterministic(request, seed):
    """Any canonical conversation is refused or becomes JSON, and always the same bytes."""
    try:
        data = api.encode(CHAT.body(request, seed))
    except CallRefused:
        return
    assert data == api.encode(CHAT.body(request, seed))
    for turn in json.loads(data)["messages"]:
        assert turn["role"] in {"system", "developer", "user", "assistant", "tool"}
        assert turn["role"] != "tool" or turn["tool_call_id"]
        assert all(isinstance(call["function"]["arguments"], str) for call in turn.get("tool_calls", []))


def answer(message=None, **changes):
    choice = {"index": 0, "message": {"role": "assistant", "content": "hi"} | (message or {}), "finish_reason": "stop"}
    whole = {"choices": [choice | changes.pop("choice", {})], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}
    return whole | changes


def test_a_whole_answer_is_read():
    completion = CHAT.parse(
        answer(
            {"content": "Yes."},
            choice={"logprobs": {"content": [{"token": "Yes", "logprob": -0.25}, {"token": ".", "logprob": 0}]}},
            model="m-1-2026-01-01",
            system_fingerprint="fp_1",
            usage={"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}},
        )
    )
    assert completion.message == text_message("assistant", "Yes.")
    assert completion.finish_reason is FinishReason.STOP
    assert completion.usage == Usage(input_tokens=9, output_tokens=2, cached_tokens=4)
    assert (completion.served_model, completion.fingerprint) == ("m-1-2026-01-01", "fp_1")
    assert completion.logprobs == (-0.25, 0.0)


def calling(arguments, **changes):
    return {
        "content": None,
        "tool_calls": [{"id": "c1", "function": {"name": "now", "arguments": arguments}}],
        **changes,
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{"id": "A1"}', {"id": "A1"}),
        ("{}", {}),
        ("[1]", [1]),
        ("null", None),
        ("", ""),
        ("{id: A1}", "{id: A1}"),
        ('"A1"', '"A1"'),
        ('{"id": NaN}', '{"id": NaN}'),
        ("[" * 500 + "]" * 500, "[" * 500 + "]" * 500),
    ],
)
def test_arguments_that_are_not_json_stay_as_written(written, read):
    [part] = CHAT.parse(answer(calling(written))).message.parts
    assert part == ToolCallPart(id="c1", name="now", arguments=read)


@pytest.mark.parametrize(
    ("reason", "message", "expected"),
    [
        ("stop", {}, FinishReason.STOP),
        ("length", {}, FinishReason.LENGTH),
        ("content_filter", {}, FinishReason.CONTENT_FILTER),
        ("tool_calls", calling("{}"), FinishReason.TOOL_CALL),
        ("function_call", {}, FinishReason.TOOL_CALL),
        ("stop", calling("{}"), FinishReason.TOOL_CALL),
        ("length", calling("{}"), FinishReason.LENGTH),
        ("eos_token", {}, FinishReason.STOP),
        ("insufficient_system_resource", {}, FinishReason.ERROR),
        ("", {}, FinishReason.ERROR),
    ],
)
def test_finish_reasons_are_opentelemetrys(reason, message, expected):
    assert CHAT.parse(answer(message, choice={"finish_reason": reason})).finish_reason is expected


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": ""}, ""),
        ({"content": None}, ""),
        ({"content": None, "refusal": "I cannot help."}, "I cannot help."),
        ({"content": None, "refusal": None}, ""),
        ({"content": None, "tool_calls": None}, ""),
        ({"content": None, "tool_calls": []}, ""),
        ({"content": [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "so"}]}, "so"),
        ({"content": "so", "reasoning_content": "…"}, "so"),
    ],
)
def test_text_refusal_and_silence_are_all_answers(message, text):
    assert CHAT.parse(answer(message)).message == text_message("assistant", text)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"error": {"message": "boom"}},
        answer(choices=None),
        answer(choices=[]),
        answer(choices={}),
        answer(choices=[None]),
        answer(choice={"message": None}),
        answer(choice={"message": "hi"}),
        answer(choice={"finish_reason": None}),
        answer(choice={"finish_reason": 1}),
        answer(choice={"logprobs": []}),
        answer(choice={"logprobs": {"content": [{"logprob": "0"}]}}),
        answer(choice={"logprobs": {"content": [{"logprob": True}]}}),
        answer({"content": 1}),
        answer({"content": [{"type": "text"}]}),
        answer({"content": ["text"]}),
        answer({"refusal": 1}),
        answer({"tool_calls": {}}),
        answer({"tool_calls": [1]}),
        answer({"tool_calls": [{"id": "1"}]}),
        answer({"tool_calls": [{"id": 1, "function": {"name": "now", "arguments": "{}"}}]}),
        answer({"tool_calls": [{"id": "1", "function": {"name": 1, "arguments": "{}"}}]}),
        answer({"tool_calls": [{"id": "1", "function": {"name": "now", "arguments": {}}}]}),
        answer(model=1),
        answer(system_fingerprint=[]),
        answer(usage=[]),
        answer(usage={"prompt_tokens": -1}),
        answer(usage={"prompt_tokens": True}),
        answer(usage={"prompt_tokens": "9"}),
        answer(usage={"prompt_tokens": 1.5}),
        answer(usage={"completion_tokens": 10**30}),
        answer(usage={"prompt_tokens_details": 1}),
    ],
)
def test_what_is_not_an_answer_is_lost(body):
    with pytest.raises(CallLost, match="unreadable"):
        CHAT.parse(body)


@given(conversations.json_value)
def test_hostile_json_is_an_answer_or_lost(value):
    """Whatever JSON stands in each place of an answer, reading it gives a Completion or a CallError."""
    places = [value, {"choices": value}, answer(choice={"message": value}), answer({"content": value})]
    places += [answer({"tool_calls": value}), answer({"tool_calls": [{"function": value}]}), answer(usage=value)]
    places += [answer(choice={"logprobs": value}), answer(choice={"finish_reason": value}), answer(model=value)]
    for body in places:
        with contextlib.suppress(CallError):
            CHAT.parse(body)
