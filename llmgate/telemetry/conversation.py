"""A trial's conversation → what was sent with each call, and what each tool answered, told from its last request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.message import Message, ToolCallPart, ToolResponsePart
from llmgate.trial import Call, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A tool's call with its answer."""

    call: ToolCallPart
    result: JsonValue
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call: what was sent, and what tools answered to its answer."""

    messages: tuple[Message, ...]
    params: Mapping[str, JsonValue]
    tools: tuple[Answered, ...] = ()


def exchanges(calls: tuple[Call, ...], first: Request, last: Request | None) -> tuple[Exchange, ...]:
    """Take the last request apart: behind the first one stand, for each call, its answer and a message of each tool."""
    whole, at = (last or first).messages, len(first.messages)
    found: list[Exchange] = []
    for place, call in enumerate(calls):
        wanted = call.completion.message.tool_calls
        end = at + 1 + len(wanted)
        answers = whole[at + 1 : end] if place + 1 < len(calls) else ()
        params = {**first.params, **first.once} if place == 0 else first.params
        tools = tuple(_answered(*pair) for pair in zip(wanted, answers, strict=False))
        found.append(Exchange(messages=whole[:at], params=params, tools=tools))
        at = end
    return tuple(found)


def _answered(call: ToolCallPart, message: Message) -> Answered:
    answer = next((part for part in message.parts if isinstance(part, ToolResponsePart)), ToolResponsePart())
    return Answered(call=call, result=answer.response, failed=answer.is_error)
