"""Requests → Gemini's generateContent, and its answers → Completions.

Reference: https://ai.google.dev/api/generate-content and https://ai.google.dev/gemini-api/docs/thought-signatures. What
a model signed goes back on the part that it signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.errors import CallLost
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart
from llmgate.providers import api, conversation, media, openai_chat
from llmgate.trial import Completion, FinishReason, Request, Usage

FINISH_REASONS = {
    "STOP": FinishReason.STOP,
    "FUNCTION_CALL": FinishReason.TOOL_CALL,  # servers that speak Gemini's API, not Google's own
    "MAX_TOKENS": FinishReason.LENGTH,
    "CONTINUATION": FinishReason.LENGTH,
    **dict.fromkeys(
        (
            *("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR"),
            *("ESCALATION", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
        ),
        FinishReason.CONTENT_FILTER,
    ),
}
BESIDE_CONFIG = frozenset({"labels", "safetySettings", "serviceTier", "toolConfig"})
UNSIGNED = "skip_thought_signature_validator"  # Google's word for calls that Gemini 3 did not make itself

_SIGNING = re.compile(r"gemini-(?:[3-9]|[1-9][0-9])")

CAPABILITIES = api.Capabilities(seed=True, logprobs=True)


@dataclass(frozen=True, slots=True)
class Gemini:
    """generateContent with an API key."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, model: str) -> api.Place:
        name = api.segment(model.removeprefix("models/"))
        return api.Place(path=f"/v1beta/models/{name}:generateContent")

    def headers(self, key: str | None) -> dict[str, str]:
        return {} if key is None else {"x-goog-api-key": key}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:
        messages = conversation.with_ids(request.messages)
        body = _beside(request.params)
        if config := _config(request.params, seed):
            body["generationConfig"] = config
        if system := [message.text for message in messages if _is_system(message) and message.text]:
            body["systemInstruction"] = {"parts": [{"text": text} for text in system]}
        spoken = tuple(message for message in messages if not _is_system(message))
        body["contents"] = _contents(spoken, request)
        if request.tools:
            body["tools"] = [{"functionDeclarations": [_tool(tool) for tool in request.tools]}]
        return body

    def parse(self, body: JsonValue) -> Completion:
        answer = api.mapping(body, "the body")
        usage = _usage(answer.get("usageMetadata"))
        served = api.short_name(answer.get("modelVersion"), "modelVersion")
        candidates = answer.get("candidates")
        if not candidates:
            return Completion(
                message=Message(role="assistant", parts=(TextPart(content=_blocked(answer)),)),
                finish_reason=FinishReason.CONTENT_FILTER,
                usage=usage,
                served_model=served,
            )
        candidate = api.mapping(api.sequence(candidates, "candidates")[0], "a candidate")
        message = Message(role="assistant", parts=tuple(_parts(candidate.get("content"))))
        return Completion(
            message=message,
            finish_reason=_finish_reason(api.string(candidate.get("finishReason"), "finishReason"), message),
            usage=usage,
            served_model=served,
            logprobs=_logprobs(candidate.get("logprobsResult")),
        )


def _is_system(message: Message) -> bool:
    return message.role in ("system", "developer")


def _beside(params: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Take the parameters that stand beside `generationConfig`."""
    return {camel: value for name, value in sorted(params.items()) if (camel := _camel(name)) in BESIDE_CONFIG}


def _config(params: Mapping[str, JsonValue], seed: int | None) -> dict[str, JsonValue]:
    """Put all other parameters into `generationConfig`, in the spelling of Gemini's reference."""
    config: dict[str, JsonValue] = {}
    for name, value in sorted(params.items()):
        match _camel(name), value:
            case "generationConfig", dict():
                config |= value
            case "responseFormat", _ if api.is_json(value):
                schema = api.schema_of(value)
                config |= {"responseMimeType": "application/json", **({"responseJsonSchema": schema} if schema else {})}
            case camel, _ if camel not in BESIDE_CONFIG:
                config[camel] = value
            case _:
                pass
    return config if seed is None else {**config, "seed": seed}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _contents(messages: tuple[Message, ...], request: Request) -> list[JsonValue]:
    """Write turns; the results of one turn's calls stand together, in a turn of their own."""
    named = {part.id: part.name for message in messages for part in message.tool_calls}
    known = frozenset(part.id for message in request.messages for part in message.tool_calls if part.id)
    signs = bool(_SIGNING.match(request.model.removeprefix("models/")))
    written: list[tuple[str, list[JsonValue]]] = []
    for message in messages:
        if parts := list(_written(message, _Known(names=named, ids=known, signs=signs), request.blobs)):
            if message.role == "tool" and written and written[-1][0] == "tool":
                written[-1][1].extend(parts)
            else:
                written.append((message.role, parts))
    return [{"role": "model" if role == "assistant" else "user", "parts": parts} for role, parts in written]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a conversation tells of its calls: the names by id, the ids that a provider gave, and whether it signs."""

    names: Mapping[str | None, str]
    ids: frozenset[str]
    signs: bool


def _written(message: Message, known: _Known, blobs: media.Blobs) -> Iterator[JsonValue]:
    seal: str | None = None
    unsigned = known.signs
    for part in message.parts:
        match part:
            case ReasoningPart():
                seal = part.seal
                continue
            case TextPart(content=""):
                seal = None
                continue
            case ToolCallPart():
                seal = seal or (UNSIGNED if unsigned else None)
                unsigned = False
            case _:
                pass
        written = _part(part, known, blobs)
        yield written if seal is None else {**written, "thoughtSignature": seal}
        seal = None


def _part(part: Part, known: _Known, blobs: media.Blobs) -> dict[str, JsonValue]:
    match part:
        case TextPart():
            return {"text": part.content}
        case ToolCallPart():
            return {"functionCall": {**_id(part.id, known), "name": part.name, "args": _object(part.arguments)}}
        case ToolResponsePart():
            name = known.names.get(part.id, "")
            return {"functionResponse": {**_id(part.id, known), "name": name, "response": _response(part)}}
        case BlobPart():
            return {"inlineData": {"mimeType": part.mime_type, "data": media.encoded(part, blobs)}}
        case UriPart():
            typed: dict[str, JsonValue] = {"mimeType": part.mime_type} if part.mime_type else {}
            return {"fileData": {**typed, "fileUri": part.uri}}
        case ReasoningPart():
            return {"text": part.content, "thought": True}


def _id(known_id: str | None, known: _Known) -> dict[str, JsonValue]:
    return {"id": known_id} if known_id in known.ids else {}


def _object(value: JsonValue) -> JsonValue:
    arguments = api.arguments(value)
    return arguments if isinstance(arguments, dict) else {"arguments": arguments}


def _response(part: ToolResponsePart) -> JsonValue:
    """Write a result as the object that the API insists on."""
    if part.is_error:
        return {"error": part.response}
    return part.response if isinstance(part.response, dict) else {"output": part.response}


def _tool(tool: ToolDefinition) -> JsonValue:
    definition: dict[str, JsonValue] = {"name": tool.name}
    if tool.description:
        definition["description"] = tool.description
    return {**definition, "parametersJsonSchema": tool.parameters}


def _blocked(answer: dict[str, JsonValue]) -> str:
    """Return the empty text of a prompt that was blocked; an answer without a candidate and a reason is none."""
    feedback = answer.get("promptFeedback")
    if not isinstance(feedback, dict) or not isinstance(feedback.get("blockReason"), str):
        raise CallLost("the provider's answer is unreadable: candidates is empty", id="answer-unreadable")
    return ""


def _parts(content: JsonValue) -> Iterator[Part]:
    """Read text, calls and signatures; thoughts and what the provider's own tools did are no part of an answer."""
    whole = {} if content is None else api.mapping(content, "content")
    parts = [] if (told := whole.get("parts")) is None else api.sequence(told, "parts")
    found = [part for value in parts for part in _read(api.mapping(value, "a part"))]
    if not any(isinstance(part, TextPart | ToolCallPart) for part in found):
        found.append(TextPart(content=""))
    yield from found


def _read(part: dict[str, JsonValue]) -> Iterator[Part]:
    if part.get("thought") is True:
        return
    read: Part
    if (call := part.get("functionCall")) is not None:
        read = _call(api.mapping(call, "functionCall"))
    elif (text := part.get("text")) is not None:
        read = TextPart(content=api.string(text, "text"))
    else:
        return
    if (seal := part.get("thoughtSignature")) is not None:
        yield ReasoningPart(seal=api.string(seal, "thoughtSignature"))
    yield read


def _call(call: dict[str, JsonValue]) -> ToolCallPart:
    arguments = call.get("args")
    return ToolCallPart(
        id=api.short_name(call.get("id"), "a call's id"),
        name=api.string(call.get("name"), "a called function's name"),
        arguments={} if arguments is None else api.mapping(arguments, "a call's args"),
    )


def _finish_reason(reason: str, message: Message) -> FinishReason:
    known = FINISH_REASONS.get(reason, FinishReason.ERROR)
    return FinishReason.TOOL_CALL if known is FinishReason.STOP and message.tool_calls else known


def _usage(value: JsonValue) -> Usage:
    """Read the tokens. Thoughts are billed as output, and what the provider's tools read as input."""
    if value is None:
        return Usage()
    usage = api.mapping(value, "usageMetadata")

    def told(name: str) -> int:
        return api.count(usage.get(name), name)

    return Usage(
        input_tokens=told("promptTokenCount") + told("toolUsePromptTokenCount"),
        output_tokens=told("candidatesTokenCount") + told("thoughtsTokenCount"),
        cached_tokens=told("cachedContentTokenCount"),
    )


def _logprobs(value: JsonValue) -> tuple[float, ...] | None:
    if value is None:
        return None
    chosen = api.mapping(value, "logprobsResult").get("chosenCandidates")
    if chosen is None:
        return None
    tokens = [api.mapping(token, "a token of logprobs") for token in api.sequence(chosen, "chosenCandidates")]
    return tuple(openai_chat.logprob(token.get("logProbability")) for token in tokens)
