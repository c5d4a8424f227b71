"""Messages as a fixture holds them → messages whose tool calls and results all carry matching ids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate.errors import CallRefused
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, Part, TextPart, ToolCallPart, ToolResponsePart


def with_ids(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Give each tool call and each result an id, and make a tool message's plain text a result.

    A call without an id gets `call_1`, `call_2`, …; a result without one answers the earliest call that is still open.

    Raises:
        CallRefused: a call is not the assistant's, a result is neither a tool's nor the user's, or it answers no call.
    """
    if not any(message.role == "tool" or _has_tools(message) for message in messages):
        return messages
    return tuple(_Numbering(messages).numbered())


def as_text(value: JsonValue) -> str:
    """A tool's result as a model reads it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _has_tools(message: Message) -> bool:
    return any(isinstance(part, ToolCallPart | ToolResponsePart) for part in message.parts)


class _Numbering:
    def __init__(self, messages: tuple[Message, ...]) -> None:
        self._messages = messages
        self._taken = {part.id for message in messages for part in message.tool_calls if part.id is not None}
        self._open: list[str] = []
        self._count = 0

    def numbered(self) -> Iterator[Message]:
        for message in self._messages:
            parts = tuple(self._numbered(part, message.role) for part in _results_as_parts(message))
            yield message.model_copy(update={"parts": parts})

    def _numbered(self, part: Part, role: str) -> Part:
        match part:
            case TextPart() | BlobPart() | UriPart():
                return part
            case ToolCallPart():
                if role != "assistant":
                    raise CallRefused(f"a message of the {role} holds a tool call; only the assistant calls tools")
                self._open.append(part.id or self._next_id())
                return part.model_copy(update={"id": self._open[-1]})
            case ToolResponsePart():
                if role not in ("tool", "user"):
                    raise CallRefused(f"a message of the {role} holds a tool's result; it belongs to the role `tool`")
                return part.model_copy(update={"id": self._answered(part.id)})

    def _next_id(self) -> str:
        self._count += 1
        while f"call_{self._count}" in self._taken:
            self._count += 1
        return f"call_{self._count}"

    def _answered(self, known: str | None) -> str:
        if known is None and not self._open:
            raise CallRefused("a tool's result answers no call of the conversation")
        answered = self._open[0] if known is None else known
        if answered in self._open:
            self._open.remove(answered)
        return answered


def _results_as_parts(message: Message) -> Iterable[Part]:
    """The parts with results first, as both APIs want them right after their calls."""
    if message.role == "tool":
        return [
            ToolResponsePart(response=part.content) if isinstance(part, TextPart) else part for part in message.parts
        ]
    return sorted(message.parts, key=lambda part: not isinstance(part, ToolResponsePart))
