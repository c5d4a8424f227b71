"""What was logged → spans → what llmgate's own providers would send: the same messages and tools.

What the providers cannot send again, and is therefore left out of the comparison: the `detail` of images, the names and
titles of files; thinking; `cache_control`, `citations`; search results, which are documents; the form in which one text
is written (a text, or a list of one part); calls without ids (of `functions`), which get one; custom tools.
"""

import hashlib
import json
from base64 import b64decode

import pytest

from llmgate.message import Message, ToolDefinition
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.trial import Request
from tests.unit.capture.logs import DATA, read


def lines(name, file):
    return [json.loads(line) for line in (DATA / name / file).read_text(encoding="utf-8").split("\n") if line]


def held(part, blobs):
    """Put the bytes of a file beside the message, as a fixture does."""
    if part["type"] != "blob":
        return part
    content = b64decode(part["content"])
    digest = hashlib.sha256(content).hexdigest()
    blobs[digest] = content
    rest = {key: value for key, value in part.items() if key != "content"}
    return {**rest, "path": f"files/{digest}", "sha256": digest}


def body(dialect, span):
    blobs = {}
    messages = [
        Message.model_validate({**message, "parts": [held(part, blobs) for part in message["parts"]]})
        for message in span.messages
    ]
    request = Request(
        provider="p",
        model="m",
        messages=tuple(messages),
        tools=tuple(ToolDefinition.model_validate(tool) for tool in span.tools),
        params=span.params,
        blobs=blobs,
    )
    return dialect.body(request, span.seed)


def unnamed(value):
    """Leave out what an API lets a file be sent with besides its bytes."""
    if isinstance(value, dict):
        return {k: unnamed(v) for k, v in value.items() if k not in ("filename", "detail", "title")}
    return [unnamed(each) for each in value] if isinstance(value, list) else value


def one_form(content):
    """Write a text as a text, whether it was one or a list of one part."""
    if isinstance(content, list) and len(content) == 1 and content[0].get("type") == "text":
        return content[0]["text"]
    return content


def blocks(content):
    """Write blocks as the provider does: a text is a block, and what cannot be sent again is left out."""
    listed = [{"type": "text", "text": content}] if isinstance(content, str) else content
    kept = [
        {k: v for k, v in block.items() if k not in ("cache_control", "citations")}
        for block in listed
        if block["type"] not in ("thinking", "search_result")
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

    turns = [{**turn, "content": one_form(turn["content"])} for turn in request["messages"]]
    assert unnamed(sent["messages"]) == unnamed(turns)
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
        {"role": message["role"], "content": unnamed(blocks(message["content"]))} for message in request["messages"]
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
