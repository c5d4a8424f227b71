"""Requests → Anthropic's Messages, and its answers → Completions.

Reference: https://platform.claude.com/docs/en/api/messages/create and …/build-with-claude/handling-stop-reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.errors import CallRefused
from llmgate.media import BlobPart, Modality, UriPart
from llmgate.message import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart
from llmgate.providers import api, conversation, media
from llmgate.trial import Completion, FinishReason, Request, Usage

VERSION = "2023-06-01"
DEFAULT_MAX_TOKENS = 1024  # the API requires a number

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_TAKEN = "images (JPEG, PNG, GIF, WebP), PDF and plain text"

STOP_REASONS = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALL,
    "refusal": FinishReason.CONTENT_FILTER,
}

_NOT_IN_AN_ID = re.compile("[^A-Za-z0-9_-]")

CAPABILITIES = api.Capabilities(seed=False, logprobs=False, json_object=False, batch=True)


@dataclass(frozen=True, slots=True)
class AnthropicMessages:
    """The Messages API. It has no seed, so none is sent."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, _model: str) -> api.Place:
        return api.Place(path="/v1/messages")

    def headers(self, key: str | None) -> dict[str, str]:
        version = {"anthropic-version": VERSION}
        return version if key is None else {**version, "x-api-key": key}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:  # noqa: ARG002 - the API has no seed
        messages = conversation.with_ids(request.messages, spelled=_spelled)
        body: dict[str, JsonValue] = {"max_tokens": DEFAULT_MAX_TOKENS}
        body |= {name: request.params[name] for name in sorted(request.params) if name != "response_format"}
        if (schema := api.schema_of(request.params.get("response_format"))) is not None:
            given = request.params.get("output_config")
            known: dict[str, JsonValue] = dict(given) if isinstance(given, dict) else {}
            body["output_config"] = {"format": {"type": "json_schema", "schema": schema}, **known}
        body["model"] = request.model
        if system := [message.text for message in messages if _is_system(message) and message.text]:
            body["system"] = system[0] if len(system) == 1 else [_text_block(text) for text in system]
        body["messages"] = _turns((message for message in messages if not _is_system(message)), request.blobs)
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
        return body

    def parse(self, body: JsonValue) -> Completion:
        answer = api.mapping(body, "the body")
        blocks = [api.mapping(block, "a block") for block in api.sequence(answer.get("content"), "content")]
        parts = tuple(part for block in blocks if (part := _part(block)) is not None)
        if not any(isinstance(part, TextPart | ToolCallPart) for part in parts):
            parts = (*parts, TextPart(content=""))
        return Completion(
            message=Message(role="assistant", parts=parts),
            finish_reason=STOP_REASONS.get(api.string(answer.get("stop_reason"), "stop_reason"), FinishReason.ERROR),
            usage=_usage(answer.get("usage")),
            served_model=api.short_name(answer.get("model"), "model"),
        )


def _is_system(message: Message) -> bool:
    return message.role in ("system", "developer")


def _turns(messages: Iterable[Message], blobs: media.Blobs) -> list[JsonValue]:
    """Write turns of alternating roles; empty texts are left out, because the API refuses them."""
    turns: list[tuple[str, list[dict[str, JsonValue]]]] = []
    for message in messages:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = [_block(part, blobs) for part in message.parts if _is_sent(part)]
        blocks = _within_results(blocks) if message.role == "tool" else blocks
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        elif blocks:
            turns.append((role, blocks))
    return [{"role": role, "content": [*blocks]} for role, blocks in turns]


def _is_sent(part: Part) -> bool:
    match part:
        case TextPart():
            return bool(part.content)
        case ReasoningPart():
            return part.seal is not None
        case _:
            return True


def _within_results(blocks: list[dict[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """Put what a tool answered besides text into its result, as results must stand together."""
    results: list[dict[str, JsonValue]] = []
    for block in blocks:
        if block["type"] == "tool_result":
            results.append(block)
            continue
        if not results:
            raise CallRefused(
                "a file in a tool's message stands before the result that it belongs to", id="request-unfit"
            )
        before = results[-1]["content"]
        content = [_text_block(before)] if isinstance(before, str) else before
        results[-1] = {**results[-1], "content": [*content, block] if isinstance(content, list) else [block]}
    return results


def _block(part: Part, blobs: media.Blobs) -> dict[str, JsonValue]:
    match part:
        case TextPart():
            return _text_block(part.content)
        case ToolCallPart():
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": _input(part.arguments)}
        case ToolResponsePart():
            content = conversation.as_text(part.response)
            failed: dict[str, JsonValue] = {"is_error": True} if part.is_error else {}
            return {"type": "tool_result", "tool_use_id": part.id, "content": content, **failed}
        case ReasoningPart():
            return _thinking(part)
        case BlobPart():
            return {"type": _media_type(part), "source": _source(part, blobs)}
        case UriPart():
            return {"type": _media_type(part), "source": {"type": "url", "url": part.uri}}


def _thinking(part: ReasoningPart) -> dict[str, JsonValue]:
    """Hand back thoughts with their signature, or the ciphertext that stood for them."""
    if part.content:
        return {"type": "thinking", "thinking": part.content, "signature": part.seal}
    return {"type": "redacted_thinking", "data": part.seal}


def _media_type(part: BlobPart | UriPart) -> str:
    if part.modality not in (Modality.IMAGE, Modality.DOCUMENT):
        raise media.refusal(part, "Anthropic's Messages", _TAKEN)
    return part.modality.value


def _source(part: BlobPart, blobs: media.Blobs) -> JsonValue:
    match part.modality:
        case Modality.DOCUMENT if part.mime_type == "text/plain":
            text = media.content(part, blobs).decode("utf-8", "replace")
            return {"type": "text", "media_type": part.mime_type, "data": text}
        case Modality.IMAGE if part.mime_type in IMAGE_TYPES:
            pass
        case Modality.DOCUMENT if part.mime_type == "application/pdf":
            pass
        case _:
            raise media.refusal(part, "Anthropic's Messages", _TAKEN)
    return {"type": "base64", "media_type": part.mime_type, "data": media.encoded(part, blobs)}


def _text_block(text: str) -> dict[str, JsonValue]:
    return {"type": "text", "text": text}


def _spelled(known: str) -> str:
    """Write an id within the API's alphabet; other providers' ids have dots and colons."""
    return _NOT_IN_AN_ID.sub("_", known)


def _input(written: JsonValue) -> JsonValue:
    """Arguments as the object that the API insists on."""
    arguments = api.arguments(written)
    return arguments if isinstance(arguments, dict) else {"arguments": arguments}


def _tool(tool: ToolDefinition) -> JsonValue:
    definition: dict[str, JsonValue] = {"name": tool.name}
    if tool.description:
        definition["description"] = tool.description
    definition["input_schema"] = {"type": "object", **tool.parameters}
    if tool.strict is not None:
        definition["strict"] = tool.strict
    return definition


def _part(block: dict[str, JsonValue]) -> Part | None:
    """Read text, calls and thinking, which the API wants back; what its own tools did is no part of an answer."""
    match block.get("type"):
        case "text":
            return TextPart(content=api.string(block.get("text"), "text"))
        case "tool_use":
            return ToolCallPart(
                id=api.short_name(block.get("id"), "a tool call's id"),
                name=api.string(block.get("name"), "a called tool's name"),
                arguments=api.mapping(block.get("input"), "a tool call's input"),
            )
        case "thinking":
            thoughts = api.string(block.get("thinking"), "thinking")
            return ReasoningPart(content=thoughts, seal=api.string(block.get("signature"), "signature"))
        case "redacted_thinking":
            return ReasoningPart(seal=api.string(block.get("data"), "data"))
        case _:
            return None


def _usage(value: JsonValue) -> Usage:
    """Read the tokens. Unlike OpenAI, Anthropic counts cached input apart; here `input_tokens` is all of it."""
    if value is None:
        return Usage()
    usage = api.mapping(value, "usage")
    cached = api.count(usage.get("cache_read_input_tokens"), "cache_read_input_tokens")
    written = api.count(usage.get("cache_creation_input_tokens"), "cache_creation_input_tokens")
    return Usage(
        input_tokens=api.count(usage.get("input_tokens"), "input_tokens") + cached + written,
        output_tokens=api.count(usage.get("output_tokens"), "output_tokens"),
        cached_tokens=cached,
    )
