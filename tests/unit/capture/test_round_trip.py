"""What was logged → spans → what llmgate's own providers would send: the same messages and tools.

What the providers cannot send again, and is therefore left out of the comparison: images, sounds and files; thinking;
`cache_control`, `citations`, `is_error`; the form in which one text is written (a text, or a list of one part).
"""

import json

import pytest

from llmgate.message import Message, ToolDefinition
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.trial import Request
from tests.unit.capture.logs import DATA, read

CARRIED = ("text", "tool_call", "tool_call_response")
WITH_MEDIA = {"img-1"}


def lines(name, file):
    listed = [json.loads(line) for line in (DATA / name / file).read_text(encoding="utf-8").split("\n") if line]
    return [line for line in listed if line.get("trace_id") not in WITH_MEDIA]


def body(dialect, span):
    messages = []
    for message in span.messages:
        parts = [{k: v for k, v in part.items() if k != "is_error"} for part in message["parts"]]
        messages.append(Message.model_validate({**message, "parts": [p for p in parts if p["type"] in CARRIED]}))
    tools = tuple(ToolDefinition.model_validate(tool) for tool in span.tools)
    return dialect.body(
        Request(provider="p", model="m", messages=tuple(messages), tools=tools, params=span.params), span.seed
    )


def one_form(content):
    """Write a text as a text, whether it was one or a list of one part."""
    if isinstance(content, list) and len(content) == 1 and content[0].get("type") == "text":
        return content[0]["text"]
    return content


def blocks(content):
    """Write blocks as the provider does: a text is a block, and what cannot be sent again is left out."""
    listed = [{"type": "text", "text": content}] if isinstance(content, str) else content
    kept = [
        {k: v for k, v in block.items() if k not in ("cache_control", "citations", "is_error")}
        for block in listed
        if block["type"] not in ("thinking", "search_result", "document")
    ]
    for block in kept:
        if block["type"] == "tool_result":
            block["content"] = one_form(block["content"])
    return kept


def is_plain(line):
    request = line.get("request", line)
    turns = request.get("messages", [])
    return "functions" not in request and not any("audio" in turn for turn in turns)


CHATS = [line for line in lines("openai", "chat.jsonl") if is_plain(line)]


@pytest.mark.parametrize("line", CHATS, ids=range(len(CHATS)))
def test_a_chat_is_sent_again_as_it_was(line):
    request = line.get("request", line)
    sent = body(OpenAIChat(), read("openai", line))

    assert sent["messages"] == [{**turn, "content": one_form(turn["content"])} for turn in request["messages"]]
    assert sent.get("tools", []) == [tool for tool in request.get("tools", []) if tool["type"] == "function"]
    assert sent.get("seed") == request.get("seed")


ANTHROPIC = lines("anthropic", "messages.jsonl")


@pytest.mark.parametrize("line", ANTHROPIC, ids=range(len(ANTHROPIC)))
def test_a_call_of_anthropics_is_sent_again_as_it_was(line):
    request = line["request"]
    sent = body(AnthropicMessages(), read("anthropic", line))
    own = ("name", "description", "input_schema", "strict")

    assert blocks(sent.get("system", [])) == blocks(request.get("system", []))
    assert sent["messages"] == [
        {"role": message["role"], "content": blocks(message["content"])} for message in request["messages"]
    ]
    assert sent.get("tools", []) == [
        {key: tool[key] for key in own if key in tool} for tool in request.get("tools", []) if "input_schema" in tool
    ]
    assert sent["max_tokens"] == request["max_tokens"]


def test_items_of_the_responses_api_are_sent_as_a_chat():
    line = next(each for each in lines("openai", "responses.jsonl") if "function_call_output" in json.dumps(each))
    sent = body(OpenAIChat(), read("openai", line))
    calls = [item for item in line["request"]["input"] if item.get("type") == "function_call"]

    assert sent["messages"] == [
        {"role": "user", "content": "Where is A-100, and may I still return it?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": each["call_id"],
                    "type": "function",
                    "function": {"name": each["name"], "arguments": each["arguments"]},
                }
                for each in calls
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": '{"status": "delivered"}'},
        {"role": "tool", "tool_call_id": "call_2", "content": "30"},
    ]
    for tool, own in zip(sent["tools"], line["request"]["tools"], strict=True):
        assert {k: v for k, v in own.items() if v is not None} == {"type": "function", **tool["function"]}
