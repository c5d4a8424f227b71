"""Requests → OpenAI's Chat Completions, and its answers → Completions.

Reference: https://platform.openai.com/docs/api-reference/chat. Compatible servers differ in details; what they add is
ignored, and what they leave out is tolerated where an answer stays whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.errors import CallLost
from llmgate.media import BlobPart, Modality, UriPart
from llmgate.message import Message, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart
from llmgate.providers import api, conversation, media
from llmgate.trial import Completion, FinishReason, Request, Usage

FINISH_REASONS = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
    "tool_calls": FinishReason.TOOL_CALL,
    "function_call": FinishReason.TOOL_CALL,
    "model_length": FinishReason.LENGTH,  # Mistral
    "eos": FinishReason.STOP,  # Together
    "eos_token": FinishReason.STOP,  # Text Generation Inference
    "stop_sequence": FinishReason.STOP,  # Text Generation Inference
}

AUDIO_FORMATS = {
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
}

CAPABILITIES = api.Capabilities(seed=True, logprobs=True, batch=True)


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    """Chat Completions, spoken by OpenAI and by most other servers."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, _model: str) -> api.Place:
        return api.Place(path="/v1/chat/completions")

    def headers(self, key: str | None) -> dict[str, str]:
        return {} if key is None else {"authorization": f"Bearer {key}"}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:
        messages = conversation.with_ids(request.messages)
        body: dict[str, JsonValue] = {name: request.params[name] for name in sorted(request.params)}
        body["model"] = request.model
        body["messages"] = [turn for message in messages for turn in turns(message, request.blobs)]
        if request.tools:
            body["tools"] = [tool_definition(tool) for tool in request.tools]
        if seed is not None:
            body["seed"] = seed
        return body

    def parse(self, body: JsonValue) -> Completion:
        answer = api.mapping(body, "the body")
        choices = api.sequence(answer.get("choices"), "choices")
        if not choices:
            raise CallLost("the provider's answer is unreadable: choices is empty", id="answer-unreadable")
        choice = api.mapping(choices[0], "a choice")
        message = _message(api.mapping(choice.get("message"), "the message"))
        return Completion(
            message=message,
            finish_reason=_finish_reason(api.string(choice.get("finish_reason"), "finish_reason"), message),
            usage=_usage(answer.get("usage")),
            served_model=api.short_name(answer.get("model"), "model"),
            fingerprint=api.short_name(answer.get("system_fingerprint"), "system_fingerprint"),
            logprobs=_logprobs(choice.get("logprobs")),
        )


def turns(message: Message, blobs: media.Blobs) -> Iterator[dict[str, JsonValue]]:
    for part in message.parts:
        if isinstance(part, ToolResponsePart):
            yield {"role": "tool", "tool_call_id": part.id, "content": conversation.as_text(part.response)}
    shown = [_shown(part, message.role, blobs) for part in message.parts if isinstance(part, _SHOWN)]
    calls = message.tool_calls
    if not shown and not calls:
        return
    turn: dict[str, JsonValue] = {"role": message.role, "content": _content(shown)}
    if message.name is not None:
        turn["name"] = message.name
    if calls:
        turn["tool_calls"] = [_call(part) for part in calls]
    yield turn


_SHOWN = (TextPart, BlobPart, UriPart)


def _content(shown: list[dict[str, JsonValue]]) -> JsonValue:
    """Write a single text plainly, as every server reads it."""
    if len(shown) == 1 and shown[0]["type"] == "text":
        return shown[0]["text"]
    return [*shown] or None


def _shown(part: TextPart | BlobPart | UriPart, role: str, blobs: media.Blobs) -> dict[str, JsonValue]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.content}
    if role == "tool":
        remedy = "put it into a user's message after it"
        raise media.refusal(part, "Chat Completions, in a tool's message,", "text", remedy=remedy)
    return _address(part) if isinstance(part, UriPart) else _file(part, blobs)


def _address(part: UriPart) -> dict[str, JsonValue]:
    if part.modality is not Modality.IMAGE:
        remedy = "put it into the repository, as a part of type `blob`"
        raise media.refusal(part, "Chat Completions", "addresses of images", remedy=remedy)
    return {"type": "image_url", "image_url": {"url": part.uri}}


def _file(part: BlobPart, blobs: media.Blobs) -> dict[str, JsonValue]:
    match part.modality:
        case Modality.IMAGE:
            return {"type": "image_url", "image_url": {"url": media.data_url(part, blobs)}}
        case Modality.AUDIO if form := AUDIO_FORMATS.get(part.mime_type):
            return {"type": "input_audio", "input_audio": {"data": media.encoded(part, blobs), "format": form}}
        case Modality.DOCUMENT if part.mime_type == "application/pdf":
            name = part.path.rpartition("/")[2]
            return {"type": "file", "file": {"filename": name, "file_data": media.data_url(part, blobs)}}
        case _:
            raise media.refusal(part, "Chat Completions", "images, WAV, MP3 and PDF")


def _call(part: ToolCallPart) -> JsonValue:
    return {
        "id": part.id,
        "type": "function",
        "function": {"name": part.name, "arguments": written_arguments(part.arguments)},
    }


def written_arguments(arguments: JsonValue) -> str:
    """Arguments as the API carries them; a string is what a model once wrote that was not JSON."""
    if isinstance(arguments, str):
        return arguments
    return json.dumps({} if arguments is None else arguments, ensure_ascii=False)


def tool_definition(tool: ToolDefinition) -> JsonValue:
    function: dict[str, JsonValue] = {"name": tool.name}
    if tool.description:
        function["description"] = tool.description
    function["parameters"] = tool.parameters
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}


def _message(message: dict[str, JsonValue]) -> Message:
    """Read text, refusal and calls. No text at all is a legitimate empty answer."""
    text = _text(message.get("content"))
    refusal = message.get("refusal")
    if refusal is not None:
        text += api.string(refusal, "refusal")
    calls = message.get("tool_calls")
    parts = [] if calls is None else [tool_call(call) for call in api.sequence(calls, "tool_calls")]
    if text or not parts:
        return Message(role="assistant", parts=(TextPart(content=text), *parts))
    return Message(role="assistant", parts=tuple(parts))


def _text(content: JsonValue) -> str:
    """Read text, or a list of parts of which only those of text count, as reasoning servers send it."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return api.string(content, "content")
    parts = [api.mapping(part, "a part of the content") for part in content]
    return "".join(api.string(part.get("text"), "text") for part in parts if part.get("type") == "text")


def tool_call(value: JsonValue) -> ToolCallPart:
    call = api.mapping(value, "a tool call")
    function = api.mapping(call.get("function"), "a called function")
    return ToolCallPart(
        id=api.short_name(call.get("id"), "a tool call's id"),
        name=api.string(function.get("name"), "a called function's name"),
        arguments=parsed_arguments(api.string(function.get("arguments"), "a call's arguments")),
    )


def parsed_arguments(text: str) -> JsonValue:
    """Parse what a model wrote; what is not JSON, or JSON of a mere string, stays as it was written."""
    try:
        value = api.decode(text)
    except api.UnreadableError:
        return text
    return text if isinstance(value, str) else value


def _finish_reason(reason: str, message: Message) -> FinishReason:
    """Map the reason; a forced tool call ends with `stop`, and a reason that nobody documents is an error."""
    known = FINISH_REASONS.get(reason, FinishReason.ERROR)
    return FinishReason.TOOL_CALL if known is FinishReason.STOP and message.tool_calls else known


def _usage(value: JsonValue) -> Usage:
    if value is None:
        return Usage()
    usage = api.mapping(value, "usage")
    details = usage.get("prompt_tokens_details")
    cached = None if details is None else api.mapping(details, "prompt_tokens_details").get("cached_tokens")
    return Usage(
        input_tokens=api.count(usage.get("prompt_tokens"), "prompt_tokens"),
        output_tokens=api.count(usage.get("completion_tokens"), "completion_tokens"),
        cached_tokens=api.count(cached, "cached_tokens"),
    )


def _logprobs(value: JsonValue) -> tuple[float, ...] | None:
    if value is None:
        return None
    content = api.mapping(value, "logprobs").get("content")
    if content is None:
        return None
    tokens = [api.mapping(token, "a token of logprobs") for token in api.sequence(content, "logprobs")]
    return tuple(logprob(token.get("logprob")) for token in tokens)


def logprob(value: JsonValue) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise CallLost("the provider's answer is unreadable: a logprob is not a number", id="answer-unreadable")
    return float(value)
