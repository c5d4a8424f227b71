"""Bodies of requests as the APIs' own clients write them → the request that the model was asked."""

import base64
import hashlib
import json

import pytest

from llmgate.capture import received
from llmgate.message import (
    Message,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResponsePart,
    text_message,
)
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.gemini import Gemini
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.providers.openai_responses import OpenAIResponses
from llmgate.trial import Request

APIS = {
    "openai-chat": OpenAIChat(),
    "openai-responses": OpenAIResponses(),
    "anthropic-messages": AnthropicMessages(),
    "gemini": Gemini(),
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
LOOKUP = ToolDefinition(name="lookup", description="Look an order up.", parameters=SCHEMA)
STORY = (
    text_message("system", "You answer for a shop."),
    text_message("user", "Where is A1?"),
    Message(role="assistant", parts=(ToolCallPart(id="call_1", name="lookup", arguments={"id": "A1"}),)),
    Message(role="tool", parts=(ToolResponsePart(id="call_1", response="sent"),)),
    text_message("assistant", "It is sent."),
    text_message("user", "When?"),
)


def asked(dialect, body, model="a-model"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return received.asked(dialect, model, data, provider="a-provider")


@pytest.mark.parametrize("dialect", APIS)
def test_a_request_that_llmgate_would_send_is_read_as_the_request_that_it_was_written_from(dialect):
    limit = "max_output_tokens" if dialect in ("gemini", "openai-responses") else "max_tokens"
    sent = Request(
        provider="openai", model="m", messages=STORY, tools=(LOOKUP,), params={limit: 300, "temperature": 0.3}
    )
    read = received.request(dialect, "m", json.dumps(APIS[dialect].body(sent, 7)).encode(), provider="openai")
    assert read is not None
    assert _plain(read.messages) == _plain(STORY)
    assert [(tool.name, tool.description, tool.parameters) for tool in read.tools] == [
        ("lookup", "Look an order up.", SCHEMA)
    ]
    assert dict(read.params) == {limit: 300, "temperature": 0.3}
    assert (read.provider, read.model) == ("openai", "m")


def _plain(messages):
    """Write results as text: Gemini's are objects."""
    told = [message.model_dump() for message in messages]
    for message in told:
        for part in message["parts"]:
            if part.get("response") == {"output": "sent"}:
                part["response"] = "sent"
    return told


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        (
            "openai-chat",
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:%s"}}]}]},
        ),
        (
            "openai-responses",
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "data:%s"}]}]},
        ),
        (
            "anthropic-messages",
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "%s"}}
                        ],
                    }
                ]
            },
        ),
        (
            "gemini",
            {"contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "%s"}}]}]},
        ),
    ],
)
def test_a_picture_stands_by_its_digest_and_its_bytes_are_kept_beside(dialect, body):
    encoded = base64.b64encode(PNG).decode()
    text = json.dumps(body).replace("data:%s", f"data:image/png;base64,{encoded}").replace("%s", encoded)
    read = received.request(dialect, "m", text.encode(), provider="p")
    digest = hashlib.sha256(PNG).hexdigest()
    assert read is not None
    assert read.messages[0].blobs[0].sha256 == digest
    assert read.blobs == {digest: PNG}


def test_geminis_own_schemas_and_names_with_underscores_are_read():
    body = {
        "system_instruction": {"parts": [{"text": "Be brief."}]},
        "contents": [{"parts": [{"text": "Where is A1?"}]}],
        "tools": [
            {
                "function_declarations": [
                    {
                        "name": "lookup",
                        "parameters": {"type": "OBJECT", "properties": {"type": {"type": "STRING"}}},
                    }
                ]
            }
        ],
        "generation_config": {"max_output_tokens": 5, "thinking_config": {"thinkingBudget": 0}, "seed": 7},
        "tool_config": {"functionCallingConfig": {"mode": "ANY"}},
    }
    read = received.request("gemini", "gemini-2.5-flash", json.dumps(body).encode(), provider="google")
    assert read == Request(
        provider="google",
        model="gemini-2.5-flash",
        messages=(text_message("system", "Be brief."), text_message("user", "Where is A1?")),
        tools=(
            ToolDefinition(name="lookup", parameters={"type": "object", "properties": {"type": {"type": "string"}}}),
        ),
        params={
            "max_output_tokens": 5,
            "thinking_config": {"thinkingBudget": 0},
            "tool_config": {"functionCallingConfig": {"mode": "ANY"}},
        },
    )


@pytest.mark.parametrize(
    ("config", "form"),
    [
        ({"responseMimeType": "application/json"}, {"type": "json_object"}),
        (
            {"responseMimeType": "application/json", "responseSchema": {"type": "OBJECT"}},
            {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}},
        ),
        (
            {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA},
            {"type": "json_schema", "json_schema": {"schema": SCHEMA}},
        ),
    ],
)
def test_the_form_that_gemini_is_asked_for_is_that_of_chat_completions(config, form):
    read = asked("gemini", {"contents": [{"parts": [{"text": "x"}]}], "generationConfig": config}).request
    assert read is not None
    assert read.params == {"response_format": form}


def test_results_without_ids_answer_geminis_calls_by_name():
    contents = [
        {
            "role": "model",
            "parts": [
                {"functionCall": {"name": "a"}},
                {"functionCall": {"name": "b"}},
                {"functionCall": {"name": "a"}},
            ],
        },
        {
            "role": "function",
            "parts": [
                {"functionResponse": {"name": name, "response": {"output": number}}}
                for number, name in enumerate(["b", "a", "a"])
            ],
        },
    ]
    read = asked("gemini", {"contents": contents}).request
    assert read is not None
    calls = {part.id: part.name for part in read.messages[0].tool_calls}
    assert [calls[part.id] for part in read.messages[1].parts] == ["b", "a", "a"]
    assert len({part.id for part in read.messages[1].parts}) == 3


def test_what_a_request_to_gemini_leans_on_is_noted():
    contents = [
        {"role": "model", "parts": [{"text": "Hm.", "thought": True}, {"executableCode": {"code": "1"}}, {"odd": 1}]},
        {"role": "user", "parts": [{"text": "x"}]},
    ]
    read = asked("gemini", {"contents": contents, "cachedContent": "cachedContents/1", "tools": [{"googleSearch": {}}]})
    assert read.request is not None
    assert read.request.messages == (text_message("user", "x"),)
    assert read.notes == (
        "a part of a kind that is not read",
        "reasoning of earlier turns",
        "a beginning of the conversation that the provider stores (cachedContent)",
        "the provider's own tool (executableCode)",
        "the provider's own tool (googleSearch)",
    )


def test_documents_within_a_message_to_anthropic_are_read_in_their_place():
    found = {
        "type": "search_result",
        "source": "returns.md",
        "title": "Returns",
        "content": [{"type": "text", "text": "Within 14 days."}],
    }
    content = [{"type": "text", "text": "Passages:"}, found, {"type": "text", "text": "Answer."}]
    read = asked("anthropic-messages", {"messages": [{"role": "user", "content": content}]})
    assert read.request is not None
    assert read.request.messages[0].text == "Passages:Within 14 days.Answer."
    assert read.notes == ()


def test_a_conversation_that_the_provider_keeps_is_noted():
    read = asked("openai-responses", {"input": "And then?", "previous_response_id": "resp_1"})
    assert read.request is not None
    assert read.request.messages == (text_message("user", "And then?"),)
    assert read.notes == ("a conversation that the provider stores (previous_response_id)",)


def test_a_part_that_no_message_has_a_place_for_is_left_out_and_noted():
    address = {"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}
    content = [{"type": "text", "text": "Look."}, address]
    read = asked("openai-chat", {"messages": [{"role": "user", "content": content}]})
    assert read.request is not None
    assert read.request.messages[0].parts == (TextPart(content="Look."),)
    assert "a part of a message that no message has a place for" in read.notes


def test_what_is_no_tool_is_left_out_and_noted():
    tools = [{"type": "function", "function": {"name": "x" * 200}}, {"type": "function", "function": {"name": "ok"}}]
    read = asked("openai-chat", {"messages": [{"role": "user", "content": "x"}], "tools": tools})
    assert read.request is not None
    assert [tool.name for tool in read.request.tools] == ["ok"]
    assert read.notes == ("a tool whose definition is none",)


@pytest.mark.parametrize(
    ("dialect", "body", "note"),
    [
        ("openai-chat", b"{", "a request: not JSON"),
        ("openai-chat", b"[]", "a request that is no JSON object"),
        ("openai-chat", b"{}", "a request without a message"),
        ("openai-chat", b'{"messages": [1]}', "a request: a message is neither an object nor a text"),
        ("gemini", b'{"contents": [1]}', "a request: an entry of `contents` is no object"),
        ("gemini", b'{"contents": [{"role": "x"}]}', "a request: an entry of `contents` has a role"),
        ("embeddings", b'{"input": "x"}', "requests of the API embeddings are not read"),
    ],
)
def test_a_request_that_cannot_be_read_is_none_and_a_note(dialect, body, note):
    read = asked(dialect, body)
    assert read.request is None
    assert read.notes[-1].startswith(note)


def test_a_request_that_is_too_large_is_none_and_a_note():
    read = asked("openai-chat", b" " * (32 * 1024 * 1024 + 1))
    assert read == received.Asking(notes=("a request of more than 33,554,432 bytes is not read",))
