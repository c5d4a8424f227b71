"""Messages as a fixture holds them → messages in which each tool result stands behind its call, with matching ids."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.errors import CallRefused
from llmgate.message import Message, Part, TextPart, ToolCallPart, ToolResponsePart

MAX_SHOWN_CHARS = 60


def with_ids(messages: tuple[Message, ...], *, spelled: Callable[[str], str] = str) -> tuple[Message, ...]:
    """Give each tool call and each result an id, and put each result right behind the message with its call.

    A call without an id gets `call_1`, `call_2`, …; so does one whose id an earlier call has, as some servers count
    anew in each turn. A result without an id answers the earliest call that is still open; one with an id the latest
    message that has it. A tool message's plain text is a result. What else a tool's message holds goes with the result
    before it. `spelled` writes an id in the API's alphabet.

    Raises:
        CallRefused: a call is not the assistant's, a result is neither a tool's nor the user's, or it answers no call.
    """
    if not any(message.role == "tool" or _has_tools(message) for message in messages):
        return messages
    return tuple(_Numbering(messages, spelled).ordered())


def as_text(value: JsonValue) -> str:
    """A tool's result as a model reads it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _has_tools(message: Message) -> bool:
    return any(isinstance(part, ToolCallPart | ToolResponsePart) for part in message.parts)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that has no result yet: the place of its message, and the id that it is sent with."""

    turn: int
    id: str


@dataclass(slots=True)
class _Turn:
    """What is left of a message, and the results of its calls."""

    message: Message
    parts: list[Part] = field(default_factory=list)
    results: list[Message] = field(default_factory=list)


class _Numbering:
    def __init__(self, messages: tuple[Message, ...], spelled: Callable[[str], str]) -> None:
        self._turns = [_Turn(message) for message in messages]
        self._spelled = spelled
        calls = (part for message in messages for part in message.tool_calls)
        self._reserved = {spelled(part.id) for part in calls if part.id}
        self._given: set[str] = set()
        self._open: dict[str, _Call] = {}
        self._known: defaultdict[str, deque[_Call]] = defaultdict(deque)
        self._count = 0

    def ordered(self) -> Iterator[Message]:
        for place, turn in enumerate(self._turns):
            for group in _groups(turn.message):
                self._place(place, group)
        for turn in self._turns:
            if turn.parts:
                yield turn.message.model_copy(update={"parts": tuple(turn.parts)})
            yield from turn.results

    def _place(self, place: int, group: Sequence[Part]) -> None:
        turn, first = self._turns[place], group[0]
        role = turn.message.role
        match first:
            case ToolCallPart():
                if role != "assistant":
                    raise CallRefused(
                        f"a message of the {role} holds a tool call; only the assistant calls tools", id="request-unfit"
                    )
                turn.parts.append(first.model_copy(update={"id": self._called(place, first.id)}))
            case ToolResponsePart():
                if role not in ("tool", "user"):
                    raise CallRefused(
                        f"a message of the {role} holds a tool's result; it belongs to the role `tool`",
                        id="request-unfit",
                    )
                call = self._answered(first.id)
                parts = (first.model_copy(update={"id": call.id}), *group[1:])
                name = turn.message.name if role == "tool" else None
                self._turns[call.turn].results.append(Message(role="tool", parts=parts, name=name))
            case _:
                turn.parts.extend(group)

    def _called(self, place: int, known: str | None) -> str:
        wanted = self._spelled(known) if known else None
        call = _Call(place, self._next_id() if wanted is None or wanted in self._given else wanted)
        self._given.add(call.id)
        self._open[call.id] = call
        if known:
            same = self._known[known]
            if same and same[-1].turn != place:
                same.clear()
            same.append(call)
        return call.id

    def _next_id(self) -> str:
        self._count += 1
        while f"call_{self._count}" in self._reserved:
            self._count += 1
        return f"call_{self._count}"

    def _answered(self, known: str | None) -> _Call:
        same = self._known[known] if known else self._open.values()
        call = next((each for each in same if each.id in self._open), None)
        if call is None:
            which = f" {known[:MAX_SHOWN_CHARS]!r}" if known else ""
            raise CallRefused(
                f"a tool's result{which} answers no open call of the conversation",
                id="request-unfit",
                remedy="give each result the id of a call before it, and each call one result",
            )
        del self._open[call.id]
        if known:
            self._known[known].remove(call)
        return call


def _groups(message: Message) -> Iterable[Sequence[Part]]:
    """Split a message into parts, of a tool's message each result with what it holds besides."""
    if message.role != "tool":
        return [(part,) for part in message.parts]
    groups: list[list[Part]] = []
    for part in message.parts:
        result = ToolResponsePart(response=part.content) if isinstance(part, TextPart) else part
        if groups and not isinstance(result, ToolResponsePart | ToolCallPart):
            groups[-1].append(result)
        else:
            groups.append([result])
    return groups
