"""Messages as any API or framework writes them → messages in OpenTelemetry's parts schema, as JSON.

One reader for all: OpenAI's Chat Completions and Responses, Anthropic's Messages, LangChain's, the Vercel AI SDK's, and
the schema itself. What cannot be carried is noted; nothing is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture.messages import parts, roles
from llmgate.capture.messages.notes import Notes
from llmgate.capture.span import Json, Unfit

__all__ = ["Conversation", "Notes", "answer", "definitions", "parse", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Messages, and what of them is missing or stands elsewhere."""

    messages: tuple[Json, ...] = ()
    missing: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Turn:
    role: str
    parts: list[Json] = field(default_factory=list)
    name: str | None = None

    def told(self) -> Json:
        told: dict[str, JsonValue] = {"role": self.role, "parts": [dict(part) for part in self.parts]}
        return told if self.name is None else {**told, "name": self.name}


def read(value: JsonValue, *, role: str = "user") -> Conversation:
    """Read a list of messages, an object that holds one, or a bare text, which is then of `role`.

    Raises:
        Unfit: where an entry is no message.
    """
    notes = Notes()
    turns: list[_Turn] = []
    for entry in _entries(value):
        turn = _turn(entry, role, notes)
        if turn is not None:
            _append(turns, turn, entry)
    return Conversation(
        messages=tuple(turn.told() for turn in turns),
        missing=tuple(sorted(notes.missing)),
        depends_on=tuple(sorted(notes.depends_on)),
    )


def answer(value: JsonValue) -> Conversation:
    """Read what a model said: as `read`, a bare text is the assistant's."""
    return read(value, role="assistant")


def definitions(value: JsonValue) -> Conversation:
    """Read tool definitions, as `messages` in name and parameters; hosted tools are noted as state elsewhere."""
    notes = Notes()
    found = tuple(tool for entry in _listed(value) if (tool := parts.definition(entry, notes)) is not None)
    return Conversation(
        messages=found, missing=tuple(sorted(notes.missing)), depends_on=tuple(sorted(notes.depends_on))
    )


def parse(value: JsonValue) -> JsonValue:
    """Return the JSON that a text holds, where it holds a list or an object; else the value as it is."""
    return parts.parsed(value)


def _entries(value: JsonValue) -> list[JsonValue]:
    value = parts.parsed(value)
    if isinstance(value, dict) and isinstance(value.get("messages"), str | list):
        value = parts.parsed(value["messages"])
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]  # LangChain hands over a list of conversations
    return _listed(value)


def _listed(value: JsonValue) -> list[JsonValue]:
    value = parts.parsed(value)
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _turn(entry: JsonValue, role: str, notes: Notes) -> _Turn | None:
    if isinstance(entry, str):
        return _Turn(role=role, parts=[parts.text(entry)])
    if not isinstance(entry, dict):
        raise Unfit("a message is neither an object nor a text")
    entry = roles.unwrapped(entry)
    if (item := parts.item(entry, notes)) is not None:  # one of the Responses API, which are no messages
        return _Turn(role=item.role, parts=list(item.parts))
    name = entry.get("name")
    turn = _Turn(role=roles.of(entry, role), name=name if isinstance(name, str) and name else None)
    turn.parts += parts.of(entry, turn.role, notes)
    if turn.role == "tool":
        turn.name = None  # the call's id tells which tool it was
    return turn


def _append(turns: list[_Turn], turn: _Turn, entry: JsonValue) -> None:
    """Add a turn that says something; calls that an API lists beside each other belong to one answer."""
    if not turn.parts:
        return
    alike = turns and turns[-1].role == turn.role == "assistant" and _is_call(entry)
    if alike:
        turns[-1].parts += turn.parts
    else:
        turns.append(turn)


def _is_call(entry: JsonValue) -> bool:
    return isinstance(entry, dict) and entry.get("type") in ("function_call", "custom_tool_call")
