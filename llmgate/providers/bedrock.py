"""Requests → Bedrock's Converse, and its answers → Completions.

Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. With `signing`, requests
are signed (`signing.py`); without, the key is one of Bedrock's own API keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import JsonValue

from llmgate.media import BlobPart, Modality, UriPart
from llmgate.message import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart
from llmgate.providers import api, conversation, media
from llmgate.trial import Completion, FinishReason, Request, Usage

CAPABILITIES = api.Capabilities(seed=False, logprobs=False, json_object=False)
STOP_REASONS = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALL,
    "guardrail_intervened": FinishReason.CONTENT_FILTER,
    "content_filtered": FinishReason.CONTENT_FILTER,
}
INFERENCE = frozenset({"maxTokens", "temperature", "topP", "stopSequences"})
BESIDE = frozenset(
    {"additionalModelRequestFields", "guardrailConfig", "outputConfig", "performanceConfig", "requestMetadata"}
    | {"additionalModelResponseFieldPaths", "serviceTier"}
)
IMAGE_FORMATS = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp"}
DOCUMENT_FORMATS = {"application/pdf": "pdf", "text/plain": "txt", "text/csv": "csv", "text/html": "html"}
_TAKEN = "images (PNG, JPEG, GIF, WebP), PDF, text, CSV and HTML, as files"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9 ()\[\]-]+")
_NOT_IN_AN_ID = re.compile("[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Bedrock:
    """Converse, which is the same for all models of Bedrock. It has no seed, so none is sent."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, model: str) -> api.Place:
        return api.Place(path=f"/model/{quote(model, safe=':')}/converse")

    def headers(self, key: str | None) -> dict[str, str]:
        return {} if key is None else {"authorization": f"Bearer {key}"}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:  # noqa: ARG002 - the API has no seed
        messages = conversation.with_ids(request.messages, spelled=lambda known: _NOT_IN_AN_ID.sub("_", known))
        body = _settings(request.params)
        if system := [message.text for message in messages if _is_system(message) and message.text]:
            body["system"] = [{"text": text} for text in system]
        spoken = [message for message in messages if not _is_system(message)]
        body["messages"] = _turns(spoken, request.blobs)
        if request.tools:
            choice = request.params.get("toolChoice")
            chosen: dict[str, JsonValue] = {} if choice is None else {"toolChoice": choice}
            body["toolConfig"] = {"tools": [_tool(tool) for tool in request.tools], **chosen}
        return body

    def parse(self, body: JsonValue) -> Completion:
        answer = api.mapping(body, "the body")
        message = api.mapping(api.mapping(answer.get("output"), "output").get("message"), "the message")
        blocks = [api.mapping(block, "a block") for block in api.sequence(message.get("content"), "content")]
        parts = tuple(part for block in blocks for part in _parts(block))
        if not any(isinstance(part, TextPart | ToolCallPart) for part in parts):
            parts = (*parts, TextPart(content=""))
        return Completion(
            message=Message(role="assistant", parts=parts),
            finish_reason=STOP_REASONS.get(api.string(answer.get("stopReason"), "stopReason"), FinishReason.ERROR),
            usage=_usage(answer.get("usage")),
        )


def _is_system(message: Message) -> bool:
    return message.role in ("system", "developer")


def _settings(params: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Put each parameter where Converse has it; what it does not know is the model's own."""
    inference = {name: params[name] for name in sorted(INFERENCE & params.keys())}
    body = {name: params[name] for name in sorted(BESIDE & params.keys())}
    known = INFERENCE | BESIDE | {"toolChoice", "response_format"}
    if own := {name: params[name] for name in sorted(params.keys() - known)}:
        given = params.get("additionalModelRequestFields")
        body["additionalModelRequestFields"] = {**own, **(given if isinstance(given, dict) else {})}
    if inference:
        body["inferenceConfig"] = inference
    if (schema := api.schema_of(params.get("response_format"))) is not None and "outputConfig" not in params:
        written: JsonValue = {"jsonSchema": {"schema": json.dumps(schema, ensure_ascii=False)}}
        body["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": written}}
    return body


def _turns(messages: list[Message], blobs: media.Blobs) -> list[JsonValue]:
    """Write turns of alternating roles; empty texts are left out, because the API refuses them."""
    turns: list[tuple[str, list[JsonValue]]] = []
    for message in messages:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = [block for part in message.parts for block in _blocks(part, message, blobs)]
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        elif blocks:
            turns.append((role, blocks))
    return [{"role": role, "content": blocks} for role, blocks in turns]


def _blocks(part: Part, message: Message, blobs: media.Blobs) -> Iterator[JsonValue]:
    match part:
        case TextPart():
            if part.content:
                yield {"text": part.content}
        case ToolCallPart():
            yield {"toolUse": {"toolUseId": part.id, "name": part.name, "input": _input(part.arguments)}}
        case ToolResponsePart():
            yield _result(part, message, blobs)
        case ReasoningPart():
            if part.seal is not None:
                yield {"reasoningContent": _thoughts(part)}
        case BlobPart() | UriPart():
            if message.role != "tool":
                yield _file(part, blobs)


def _result(part: ToolResponsePart, message: Message, blobs: media.Blobs) -> JsonValue:
    """Write a tool's result with the files that stand behind it."""
    told: JsonValue = (
        {"json": part.response}
        if isinstance(part.response, dict)
        else {"text": conversation.as_text(part.response) or " "}
    )
    files = [_file(one, blobs) for one in message.parts if isinstance(one, BlobPart | UriPart)]
    failed: dict[str, JsonValue] = {"status": "error"} if part.is_error else {}
    return {"toolResult": {"toolUseId": part.id, "content": [told, *files], **failed}}


def _thoughts(part: ReasoningPart) -> JsonValue:
    if part.content:
        return {"reasoningText": {"text": part.content, "signature": part.seal}}
    return {"redactedContent": part.seal}


def _file(part: BlobPart | UriPart, blobs: media.Blobs) -> JsonValue:
    if isinstance(part, UriPart):
        raise media.refusal(part, "Bedrock's Converse", _TAKEN)
    source: JsonValue = {"bytes": media.encoded(part, blobs)}
    if part.modality is Modality.IMAGE and part.mime_type in IMAGE_FORMATS:
        return {"image": {"format": IMAGE_FORMATS[part.mime_type], "source": source}}
    if part.modality is Modality.DOCUMENT and part.mime_type in DOCUMENT_FORMATS:
        name = _NOT_IN_A_NAME.sub("-", part.path.rpartition("/")[2])[:200]
        return {"document": {"format": DOCUMENT_FORMATS[part.mime_type], "name": name, "source": source}}
    raise media.refusal(part, "Bedrock's Converse", _TAKEN)


def _input(written: JsonValue) -> JsonValue:
    arguments = api.arguments(written)
    return arguments if isinstance(arguments, dict) else {"arguments": arguments}


def _tool(tool: ToolDefinition) -> JsonValue:
    definition: dict[str, JsonValue] = {"name": tool.name}
    if tool.description:
        definition["description"] = tool.description
    definition["inputSchema"] = {"json": {"type": "object", **tool.parameters}}
    if tool.strict is not None:
        definition["strict"] = tool.strict
    return {"toolSpec": definition}


def _parts(block: dict[str, JsonValue]) -> Iterator[Part]:
    match block:
        case {"text": text}:
            yield TextPart(content=api.string(text, "text"))
        case {"toolUse": told}:
            call = api.mapping(told, "toolUse")
            yield ToolCallPart(
                id=api.short_name(call.get("toolUseId"), "a call's id"),
                name=api.string(call.get("name"), "a called tool's name"),
                arguments=api.mapping(call.get("input"), "a call's input"),
            )
        case {"reasoningContent": {"reasoningText": told}}:
            thoughts = api.mapping(told, "reasoningText")
            seal = thoughts.get("signature")
            yield ReasoningPart(
                content=api.string(thoughts.get("text"), "text"),
                seal=None if seal is None else api.string(seal, "signature"),
            )
        case {"reasoningContent": {"redactedContent": data}}:
            yield ReasoningPart(seal=api.string(data, "redactedContent"))
        case _:
            pass


def _usage(value: JsonValue) -> Usage:
    """Read the tokens. Cached input is counted apart; here `input_tokens` is all of it."""
    if value is None:
        return Usage()
    usage = api.mapping(value, "usage")
    cached = api.count(usage.get("cacheReadInputTokens"), "cacheReadInputTokens")
    written = api.count(usage.get("cacheWriteInputTokens"), "cacheWriteInputTokens")
    return Usage(
        input_tokens=api.count(usage.get("inputTokens"), "inputTokens") + cached + written,
        output_tokens=api.count(usage.get("outputTokens"), "outputTokens"),
        cached_tokens=cached,
    )
