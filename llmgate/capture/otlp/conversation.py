"""The attributes and events of a span → the request's messages, the answer, and what of them is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile

from pydantic import JsonValue

from llmgate.capture import messages, pieces
from llmgate.capture.messages import Conversation
from llmgate.capture.messages.parts import REASONING, texts
from llmgate.capture.otlp import events, notes, shapes
from llmgate.capture.otlp.attributes import Attributes, Said
from llmgate.capture.otlp.events import Told
from llmgate.capture.span import Json, Unfit
from llmgate.conventions import Field, Name, Shape

_NEWEST = frozenset({"gen_ai.input.messages", "gen_ai.output.messages"})
_EVENTS = Name("events")
_TRACELOOP = Name("gen_ai.prompt", Shape.LIST)
_CONTENTS = ("content", "parts", "text", "contents")
_PLAIN = frozenset({"role", "name", "id", "tool_call_id", "finish_reason", *_CONTENTS})


@dataclass(slots=True)
class Content:
    """What was said in a span."""

    messages: tuple[Json, ...] = ()
    output: tuple[Json, ...] = ()
    tools: tuple[Json, ...] = ()
    missing: set[str] = field(default_factory=set)
    depends_on: set[str] = field(default_factory=set)


def of(said: Attributes, told: Told, *, one: bool) -> Content:
    """Read all content. `one` tells that of several answers only the first is the answer."""
    content = Content()
    if not (told.messages or told.answers):
        told = events.told(events.of_list(said.first(Field.EVENTS)))
    asked = _first(_before(said.all(Field.INPUT), told.messages), _request, content, needed=True)
    content.messages = (*_system(said, asked, content), *asked)
    answers = _first(_before(_answers(said), told.answers), _reply, content)
    content.output = answers[:1] if one else answers
    content.tools = _first(said.all(Field.TOOLS), _definitions, content)
    _follow(said, content, has_messages=bool(asked))
    return content


def _follow(said: Attributes, content: Content, *, has_messages: bool) -> None:
    """Note content that is stored elsewhere and not in the record too."""
    has_system = said.first(Field.SYSTEM) is not None
    for wanted, is_here, needed in (
        (Field.INPUT_REFERENCE, has_messages, True),
        (Field.SYSTEM_REFERENCE, has_system, True),
        (Field.OUTPUT_REFERENCE, bool(content.output), False),
        (Field.TOOLS_REFERENCE, bool(content.tools), False),
    ):
        for reference in () if is_here else said.all(wanted):
            content.missing.add(notes.elsewhere(reference.name.text))
            content.depends_on |= {pieces.UNRECORDED} if needed else set()


def _before(found: Iterable[Said], told: list[JsonValue]) -> Iterator[Said]:
    """Put what the events say behind the attributes of today's convention and before those of others."""
    waiting = [Said(_EVENTS, told)] if told else []
    for said in found:
        if said.name.text not in _NEWEST:
            yield from waiting
            waiting = []
        yield said
    yield from waiting


def _answers(said: Attributes) -> Iterable[Said]:
    """Add to the answers of one attribute the AI SDK's, whose text and calls stand apart."""
    text, calls = said.text(Field.ANSWER_TEXT), said.first(Field.ANSWER_CALLS)
    if text is not None or calls:
        yield Said(Name("ai.response"), [{"role": "assistant", "content": text, "tool_calls": calls or []}])
    yield from said.all(Field.OUTPUT)


def _first(
    found: Iterable[Said], reader: Callable[[Said], Conversation], content: Content, *, needed: bool = False
) -> tuple[Json, ...]:
    """Read the first that has something to say. `needed` tells that nothing can be replayed without."""
    lost: set[str] = set()
    for said in found:
        if (read := _read(said, reader, lost)) is None:
            continue
        shortened = _shortened(said)
        content.missing |= {*read.missing, *shortened}
        content.depends_on |= {*read.depends_on, *([pieces.UNRECORDED] if needed and shortened else [])}
        return read.messages
    content.missing |= lost
    content.depends_on |= {pieces.UNRECORDED} if needed and lost else set()
    return ()


def _read(said: Said, reader: Callable[[Said], Conversation], lost: set[str]) -> Conversation | None:
    if said.cut and isinstance(said.value, str):
        lost.add(notes.cut(said.name.text))
        return None
    if said.value == notes.MASKED:
        lost.add(notes.masked(said.name.text))
        return None
    try:
        read = reader(said)
    except Unfit:
        lost.add(notes.unread(said.name.text))
        return None
    if read.messages or read.depends_on:
        return read
    lost |= set(_shortened(said))
    return None


def _shortened(said: Said) -> list[str]:
    """Tell what of a list is not there."""
    entries = said.value if isinstance(said.value, list) else [said.value]
    return [
        *([notes.cut(said.name.text)] if said.cut else []),
        *([notes.hollow(said.name.text)] if any(map(_is_hollow, entries)) else []),
        *([notes.masked(said.name.text)] if _has_masks(said.value) else []),
    ]


def _is_hollow(entry: JsonValue) -> bool:
    """Tell whether a message has a role and nothing else: some instrumentations leave out images."""
    return (
        isinstance(entry, dict)
        and "role" in entry
        and set(entry) <= _PLAIN
        and all(entry.get(name) in (None, []) for name in _CONTENTS)
        and entry["role"] not in ("assistant", "model")
    )


def _has_masks(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return any(map(_has_masks, value.values()))
    return any(map(_has_masks, value)) if isinstance(value, list) else value == notes.MASKED


def _request(said: Said) -> Conversation:
    asked = shapes.request(shapes.parted(said.value) if said.name == _TRACELOOP else said.value)
    body = messages.read(asked.messages)
    if not asked.system:
        return body
    system = messages.read(asked.system, role="system")
    return Conversation(
        messages=(*system.messages, *body.messages),
        missing=(*system.missing, *body.missing),
        depends_on=(*system.depends_on, *body.depends_on),
    )


def _reply(said: Said) -> Conversation:
    """Read the answer; its reasoning is nothing that a replay lacks."""
    value = shapes.reply(said.value)
    read = messages.answer([shapes.message(one) for one in value] if isinstance(value, list) else shapes.message(value))
    return replace(read, missing=tuple(told for told in read.missing if told != REASONING))


def _definitions(said: Said) -> Conversation:
    return messages.definitions(shapes.tools(said.value))


def _system(said: Attributes, asked: tuple[Json, ...], content: Content) -> tuple[Json, ...]:
    """Read the instructions that stand apart from the messages, unless they stand among them too."""
    found = _first(said.all(Field.SYSTEM), _instructions, content, needed=True)
    own = tuple(takewhile(lambda message: message["role"] == "system", asked))
    return () if texts(own) == texts(found) else found


def _instructions(said: Said) -> Conversation:
    value = said.value
    if isinstance(value, list) and not any(isinstance(part, dict) and "role" in part for part in value):
        return messages.read([{"role": "system", "parts": value}])
    return messages.read(value, role="system")
