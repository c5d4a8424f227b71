"""What is no text, as both APIs take it.

https://platform.openai.com/docs/api-reference/chat/create, …/docs/guides/images-vision, …/docs/guides/audio,
…/docs/guides/pdf-files; https://platform.claude.com/docs/en/api/messages/create, …/build-with-claude/vision,
…/build-with-claude/pdf-support.
"""

import base64
import hashlib
import json

import pytest

from llmgate import providers
from llmgate.errors import CallRefused
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, TextPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.providers import prices
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.targets import prompt
from tests import modelserver
from tests.unit.providers import fakes

DATA = bytes(range(256))
ENCODED = base64.b64encode(DATA).decode()
DIGEST = hashlib.sha256(DATA).hexdigest()
CHAT, MESSAGES = OpenAIChat(), AnthropicMessages()


def file(mime_type, path="files/some.bin", modality=None):
    kind = modality or mime_type.partition("/")[0]
    return BlobPart(modality=kind, mime_type=mime_type, path=path, sha256=DIGEST)


PNG, PDF = file("image/png"), file("application/pdf", "contracts/a.pdf", "document")
ADDRESS = UriPart(modality="image", uri="https://example.com/a.png")
CALL = Message(role="assistant", parts=(ToolCallPart(id="1", name="shoot"),))


def asked(*messages):
    return fakes.request(messages=messages, blobs={DIGEST: DATA})


def shown(api, *parts, role="user"):
    return api.body(asked(Message(role=role, parts=parts)), None)["messages"][0]["content"]


# Chat Completions


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (PNG, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{ENCODED}"}}),
        (ADDRESS, {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}),
        (file("audio/mpeg"), {"type": "input_audio", "input_audio": {"data": ENCODED, "format": "mp3"}}),
        (file("audio/x-wav"), {"type": "input_audio", "input_audio": {"data": ENCODED, "format": "wav"}}),
        (
            PDF,
            {"type": "file", "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{ENCODED}"}},
        ),
    ],
)
def test_chat_completions_takes_images_audio_and_pdf(part, written):
    assert shown(CHAT, part) == [written]


def test_text_and_images_keep_their_order_in_chat_completions():
    content = shown(CHAT, TextPart(content="before"), PNG, TextPart(content="after"))
    assert [part["type"] for part in content] == ["text", "image_url", "text"]


@pytest.mark.parametrize(
    "part",
    [
        file("video/mp4"),
        file("audio/ogg"),
        file("text/plain", modality="document"),
        UriPart(modality="audio", uri="https://example.com/a.mp3"),
        UriPart(modality="document", uri="https://example.com/a.pdf"),
    ],
)
def test_what_chat_completions_cannot_carry_is_refused_with_what_to_do(part):
    with pytest.raises(CallRefused, match="Chat Completions takes no") as refused:
        shown(CHAT, part)
    assert refused.value.remedy


def test_a_tools_message_carries_text_only_in_chat_completions():
    answer = Message(role="tool", parts=(ToolResponsePart(id="1", response="done"), PNG))
    with pytest.raises(CallRefused, match="in a tool's message") as refused:
        CHAT.body(asked(text_message("user", "go"), CALL, answer), None)
    assert "user's message" in refused.value.remedy


# Anthropic's Messages


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (PNG, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": ENCODED}}),
        (ADDRESS, {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}),
        (PDF, {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": ENCODED}}),
        (
            UriPart(modality="document", uri="https://example.com/a.pdf"),
            {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}},
        ),
    ],
)
def test_messages_takes_images_and_pdf(part, written):
    assert shown(MESSAGES, part) == [written]


def test_a_plain_text_is_a_document_of_messages():
    data = "Größe".encode()
    part = BlobPart(modality="document", mime_type="text/plain", path="a.txt", sha256=hashlib.sha256(data).hexdigest())
    request = fakes.request(messages=(Message(role="user", parts=(part,)),), blobs={part.sha256: data})
    assert MESSAGES.body(request, None)["messages"][0]["content"] == [
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Größe"}}
    ]


@pytest.mark.parametrize(
    "part",
    [
        file("video/mp4"),
        file("audio/wav"),
        file("image/tiff"),
        file("image/png", modality="document"),
        UriPart(modality="video", uri="https://example.com/a.mp4"),
    ],
)
def test_what_messages_cannot_carry_is_refused_with_what_to_do(part):
    with pytest.raises(CallRefused, match="Anthropic's Messages takes no") as refused:
        shown(MESSAGES, part)
    assert refused.value.remedy


def test_an_image_that_a_tool_answered_stands_in_its_result_so_that_results_stand_together():
    calls = Message(role="assistant", parts=(ToolCallPart(id="1", name="shoot"), ToolCallPart(id="2", name="now")))
    first = Message(role="tool", parts=(ToolResponsePart(id="1", response="done"), PNG))
    second = Message(role="tool", parts=(ToolResponsePart(id="2", response="noon"),))
    *_, turn = MESSAGES.body(asked(text_message("user", "go"), calls, first, second), None)["messages"]
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": ENCODED}}
    assert turn["content"] == [
        {"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "done"}, image]},
        {"type": "tool_result", "tool_use_id": "2", "content": "noon"},
    ]


def test_an_image_before_the_result_that_it_belongs_to_is_refused():
    answer = Message(role="tool", parts=(PNG, ToolResponsePart(id="1", response="done")))
    with pytest.raises(CallRefused, match="before the result"):
        MESSAGES.body(asked(text_message("user", "go"), CALL, answer), None)


# All


@pytest.mark.parametrize("name", providers.APIS)
async def test_the_very_bytes_arrive(name):
    """Seven megabytes of base64 go through, and are the file's."""
    data = DATA * 20_000
    part = BlobPart(modality="image", mime_type="image/png", path="a.png", sha256=hashlib.sha256(data).hexdigest())
    message = Message(role="user", parts=(TextPart(content="What is this?"), part))
    with modelserver.serve(lambda _: "a cat") as server:
        async with fakes.client(server.url, api=name) as client:
            await client.complete(fakes.request(messages=(message,), blobs={part.sha256: data}))
    [seen] = server.seen
    assert base64.b64encode(data).decode() in json.dumps(seen.body)


@pytest.mark.parametrize("api", providers.APIS.values(), ids=providers.APIS)
def test_a_file_that_was_not_read_is_refused_and_not_sent_empty(api):
    with pytest.raises(CallRefused, match="was not read"):
        api.body(fakes.request(messages=(Message(role="user", parts=(PNG,)),)), None)


def test_the_digest_of_a_request_is_over_the_digest_of_the_file_and_not_over_its_bytes():
    message = Message(role="user", parts=(PNG,))
    other = Message(role="user", parts=(PNG.model_copy(update={"sha256": "1" * 64}),))
    with_bytes = prompt.digest(asked(message), seed=None)
    assert with_bytes == prompt.digest(fakes.request(messages=(message,)), seed=None)
    assert with_bytes != prompt.digest(fakes.request(messages=(other,)), seed=None)


def test_what_a_file_costs_is_reserved_by_what_it_is():
    plain = fakes.request(provider="openai", model="gpt-4.1")
    image = fakes.request(provider="openai", model="gpt-4.1", messages=(Message(role="user", parts=(PNG,)),))
    document = asked(Message(role="user", parts=(PDF,)))
    assert prices.ceiling(image) > prices.ceiling(plain)
    assert prices._input_tokens(image) >= prices.IMAGE_TOKENS
    assert prices._input_tokens(document) >= len(DATA)
