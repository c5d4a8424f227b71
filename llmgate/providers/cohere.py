"""Requests → Cohere's Chat (v2), and its answers → Completions.

Reference: https://docs.cohere.com/reference/chat. Its plan before it calls tools goes back to it with the calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from llmgate.errors import CallLost, CallRefused
from llmgate.message import Message, Part, ReasoningPart, TextPart
from llmgate.providers import api, conversation, media, openai_chat
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.trial import Completion, FinishReason, Request, Usage

FINISH_REASONS = {
    "COMPLETE": FinishReason.STOP,
    "STOP_SEQUENCE": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "TOOL_CALL": FinishReason.TOOL_CALL,
}

_CHAT = OpenAIChat()

CAPABILITIES = api.Capabilities(seed=True, logprobs=True)


@dataclass(frozen=True, slots=True)
class Cohere:
    """Cohere's Chat. It says nothing of the model that answered."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, _model: str) -> api.Place:
        return api.Place(path="/v2/chat")

    def headers(self, key: str | None) -> dict[str, str]:
        return _CHAT.headers(key)

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:
        messages = conversation.with_ids(request.messages)
        body = _CHAT.body(replace(request, messages=(), tools=()), seed)
        body["stream"] = False
        body["messages"] = [turn for message in messages for turn in _turns(message, request.blobs)]
        if request.tools:
            unstrict = (tool.model_copy(update={"strict": None}) for tool in request.tools)
            body["tools"] = [openai_chat.tool_definition(tool) for tool in unstrict]
            if all(tool.strict for tool in request.tools):
                body["strict_tools"] = True
        if api.is_json(wanted := request.params.get("response_format")):
            schema = api.schema_of(wanted)
            body["response_format"] = {"type": "json_object", **({"json_schema": schema} if schema else {})}
        return body

    def parse(self, body: JsonValue) -> Completion:
        answer = api.mapping(body, "the body")
        message = api.mapping(answer.get("message"), "the message")
        parts = tuple(_parts(message))
        if all(isinstance(part, ReasoningPart) for part in parts):
            parts = (*parts, TextPart(content=""))
        reason = api.string(answer.get("finish_reason"), "finish_reason")
        return Completion(
            message=Message(role="assistant", parts=parts),
            finish_reason=FINISH_REASONS.get(reason, FinishReason.ERROR),
            usage=_usage(answer.get("usage")),
            logprobs=_logprobs(answer.get("logprobs")),
        )


def _turns(message: Message, blobs: media.Blobs) -> Iterator[JsonValue]:
    """Write a message as Chat Completions does, without what Cohere does not know."""
    role = "system" if message.role == "developer" else message.role
    spoken = message.model_copy(update={"role": role, "name": None})
    plan = "\n".join(part.content for part in message.parts if isinstance(part, ReasoningPart) and part.content)
    for turn in openai_chat.turns(spoken, blobs):
        _see_that_it_is_taken(turn.get("content"))
        kept = {name: value for name, value in turn.items() if name != "content" or value is not None}
        yield {**kept, "tool_plan": plan} if plan and "tool_calls" in turn else kept


def _see_that_it_is_taken(content: JsonValue) -> None:
    for block in content if isinstance(content, list) else []:
        if isinstance(block, dict) and block.get("type") not in ("text", "image_url"):
            raise CallRefused(
                "Cohere's Chat takes text and images", id="media-refused", remedy="convert it, or ask another model"
            )


def _parts(message: dict[str, JsonValue]) -> Iterator[Part]:
    plan = message.get("tool_plan")
    if plan:
        yield ReasoningPart(content=api.string(plan, "tool_plan"))
    content = message.get("content")
    for block in [] if content is None else api.sequence(content, "content"):
        part = api.mapping(block, "a part of the content")
        if part.get("type") == "text":
            yield TextPart(content=api.string(part.get("text"), "text"))
    calls = message.get("tool_calls")
    for call in [] if calls is None else api.sequence(calls, "tool_calls"):
        yield openai_chat.tool_call(call)


def _usage(value: JsonValue) -> Usage:
    """Read the tokens that are billed, else those that were counted; Cohere writes them as numbers with a point."""
    if value is None:
        return Usage()
    usage = api.mapping(value, "usage")
    told = usage.get("billed_units") or usage.get("tokens")
    if told is None:
        return Usage()
    units = api.mapping(told, "billed_units")
    return Usage(
        input_tokens=_count(units.get("input_tokens"), "input_tokens"),
        output_tokens=_count(units.get("output_tokens"), "output_tokens"),
        cached_tokens=_count(usage.get("cached_tokens"), "cached_tokens"),
    )


def _count(value: JsonValue, name: str) -> int:
    return api.count(int(value) if isinstance(value, float) and value.is_integer() else value, name)


def _logprobs(value: JsonValue) -> tuple[float, ...] | None:
    """Read them chunk by chunk; each chunk has those of its tokens, or none."""
    if value is None:
        return None
    chunks = [api.mapping(chunk, "a chunk of logprobs") for chunk in api.sequence(value, "logprobs")]
    lists = [api.sequence(told, "logprobs") for chunk in chunks if (told := chunk.get("logprobs")) is not None]
    if len(lists) != len(chunks):
        raise CallLost("the provider's answer is unreadable: a chunk has no logprobs", id="answer-unreadable")
    return tuple(openai_chat.logprob(number) for numbers in lists for number in numbers)
