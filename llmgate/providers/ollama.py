"""Requests → Ollama's own chat API, and its answers → Completions.

Reference: https://docs.ollama.com/api/chat. Ollama speaks `openai-chat` too, but there a seed, the size of the context
and thinking cannot all be set: this one is the better choice where they matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.errors import CallLost, CallRefused
from llmgate.media import BlobPart, Modality, UriPart
from llmgate.message import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResponsePart
from llmgate.providers import api, conversation, media, openai_chat
from llmgate.trial import Completion, FinishReason, Request, Usage

FINISH_REASONS = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH}
BESIDE_OPTIONS = frozenset({"format", "keep_alive", "logprobs", "think", "top_logprobs", "truncate", "shift"})

CAPABILITIES = api.Capabilities(seed=True, logprobs=True)


@dataclass(frozen=True, slots=True)
class Ollama:
    """Ollama's chat. A parameter stands in `options`, but for those that the API has beside them."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, _model: str) -> api.Place:
        return api.Place(path="/api/chat")

    def headers(self, key: str | None) -> dict[str, str]:
        return {} if key is None else {"authorization": f"Bearer {key}"}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:
        messages = conversation.with_ids(request.messages)
        named = {part.id: part.name for message in messages for part in message.tool_calls}
        body: dict[str, JsonValue] = {
            name: request.params[name] for name in sorted(request.params) if name in BESIDE_OPTIONS
        }
        if api.is_json(wanted := request.params.get("response_format")):
            body["format"] = api.schema_of(wanted) or "json"
        if options := _options(request.params, seed):
            body["options"] = options
        body["model"] = request.model
        body["stream"] = False
        body["messages"] = [turn for message in messages for turn in _turns(message, named, request.blobs)]
        if request.tools:
            body["tools"] = [openai_chat.tool_definition(tool) for tool in request.tools]
        return body

    def parse(self, body: JsonValue) -> Completion:
        answer = api.mapping(body, "the body")
        if answer.get("done") is not True:
            raise CallLost("the provider's answer is unreadable: it is not done", id="answer-unreadable")
        message = Message(role="assistant", parts=tuple(_parts(api.mapping(answer.get("message"), "the message"))))
        return Completion(
            message=message,
            finish_reason=_finish_reason(answer.get("done_reason"), message),
            usage=Usage(
                input_tokens=api.count(answer.get("prompt_eval_count"), "prompt_eval_count"),
                output_tokens=api.count(answer.get("eval_count"), "eval_count"),
            ),
            served_model=api.short_name(answer.get("model"), "model"),
            logprobs=_logprobs(answer.get("logprobs")),
        )


def _options(params: Mapping[str, JsonValue], seed: int | None) -> dict[str, JsonValue]:
    given = params.get("options")
    options: dict[str, JsonValue] = dict(given) if isinstance(given, dict) else {}
    beside = BESIDE_OPTIONS | {"options", "response_format"}
    options |= {name: params[name] for name in sorted(params) if name not in beside}
    return options if seed is None else {**options, "seed": seed}


def _turns(message: Message, named: Mapping[str | None, str], blobs: media.Blobs) -> Iterator[JsonValue]:
    if message.role == "tool":
        for part in message.parts:
            yield _result(part, named)
        return
    turn: dict[str, JsonValue] = {
        "role": "system" if message.role == "developer" else message.role,
        "content": message.text,
    }
    if images := [_image(part, blobs) for part in message.parts if isinstance(part, BlobPart | UriPart)]:
        turn["images"] = [*images]
    if thoughts := "".join(part.content for part in message.parts if isinstance(part, ReasoningPart)):
        turn["thinking"] = thoughts
    if calls := message.tool_calls:
        turn["tool_calls"] = [{"function": {"name": part.name, "arguments": _object(part)}} for part in calls]
    yield turn


def _result(part: Part, named: Mapping[str | None, str]) -> JsonValue:
    """Write a tool's result; it is told to which tool it belongs, as the API has no ids."""
    match part:
        case ToolResponsePart():
            text = conversation.as_text(part.response)
            return {"role": "tool", "content": text, "tool_name": named.get(part.id, "")}
        case BlobPart() | UriPart():
            raise media.refusal(part, "Ollama, in a tool's message,", "text", remedy="put it into a user's message")
        case _:
            raise CallRefused("a tool's message holds what is no result", id="request-unfit")


def _image(part: BlobPart | UriPart, blobs: media.Blobs) -> str:
    if isinstance(part, UriPart) or part.modality is not Modality.IMAGE:
        raise media.refusal(part, "Ollama", "images, as files")
    return media.encoded(part, blobs)


def _object(part: ToolCallPart) -> JsonValue:
    arguments = api.arguments(part.arguments)
    return arguments if isinstance(arguments, dict) else {"arguments": arguments}


def _parts(message: dict[str, JsonValue]) -> Iterator[Part]:
    thoughts = message.get("thinking")
    if thoughts:
        yield ReasoningPart(content=api.string(thoughts, "thinking"))
    calls = message.get("tool_calls")
    found = [] if calls is None else [_call(call) for call in api.sequence(calls, "tool_calls")]
    content = message.get("content")
    text = "" if content is None else api.string(content, "content")
    if text or not found:
        yield TextPart(content=text)
    yield from found


def _call(value: JsonValue) -> ToolCallPart:
    function = api.mapping(api.mapping(value, "a tool call").get("function"), "a called function")
    return ToolCallPart(
        name=api.string(function.get("name"), "a called function's name"),
        arguments=api.mapping(function.get("arguments"), "a call's arguments"),
    )


def _finish_reason(reason: JsonValue, message: Message) -> FinishReason:
    """Read why it is done; older servers say that it is, and not why."""
    known = FINISH_REASONS.get("stop" if reason is None else api.string(reason, "done_reason"), FinishReason.ERROR)
    return FinishReason.TOOL_CALL if known is FinishReason.STOP and message.tool_calls else known


def _logprobs(value: JsonValue) -> tuple[float, ...] | None:
    if value is None:
        return None
    tokens = [api.mapping(token, "a token of logprobs") for token in api.sequence(value, "logprobs")]
    return tuple(openai_chat.logprob(token.get("logprob")) for token in tokens) or None
