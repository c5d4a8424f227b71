"""The events of a span, and log records, which are events of their own → messages, answers, documents, judgements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate import conventions
from llmgate.capture import feedback, messages
from llmgate.capture.otlp import envelope, values
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.span import Json
from llmgate.conventions import Field, Happening

Object = dict[str, JsonValue]
Typed = tuple[tuple[str, JsonValue], ...]

_CONTENT = "gen_ai.event.content"


@dataclass(frozen=True, slots=True)
class Event:
    """One event, its attributes as OTLP types them, and the body that log records have."""

    name: str
    attributes: Typed = ()
    body: JsonValue = None

    @property
    def kind(self) -> Happening | None:
        return conventions.EVENTS.get(self.name)

    @property
    def role(self) -> str:
        """The role that the name of a message's event says."""
        return self.name.split(".")[1]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said of an answer, and the answer's id where it is told."""

    told: Json
    response: str | None


@dataclass(slots=True)
class Told:
    """All that the events of a span say."""

    messages: list[JsonValue] = field(default_factory=list)
    answers: list[JsonValue] = field(default_factory=list)
    finish_reason: str | None = None
    documents: list[Object] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    details: list[Typed] = field(default_factory=list)
    error: str | None = None


def of_span(value: JsonValue) -> list[Event]:
    """Read the events of a span.

    Raises:
        Unfit: where they are no list of objects.
    """
    return [
        Event(name, tuple(values.attributes(event.get("attributes"))))
        for event in envelope.objects(value, "events")
        if isinstance(name := event.get("name"), str) and name in conventions.EVENTS
    ]


def of_log(record: Object) -> Event:
    """Read a log record; before there was a field for the name of an event, an attribute had it."""
    attributes = tuple(values.attributes(record.get("attributes")))
    name = envelope.field(record, "eventName") or next(
        (values.plain(value) for key, value in attributes if key == "event.name"), None
    )
    if not isinstance(name, str) or name not in conventions.EVENTS:
        return Event("")
    return Event(name, attributes, values.plain(record.get("body")))


def of_list(value: JsonValue) -> list[Event]:
    """Read events that stand as JSON in an attribute, as Pydantic AI wrote them."""
    return [
        Event(name, body=entry)
        for entry in (value if isinstance(value, list) else [])
        if isinstance(entry, dict) and isinstance(name := entry.get("event.name"), str)
    ]


def told(events: Iterable[Event]) -> Told:
    """Gather what events say, in their order."""
    found = Told()
    for event in events:
        _gather(event, found)
    return found


def _gather(event: Event, found: Told) -> None:
    match event.kind:
        case Happening.MESSAGE:
            found.messages.append(_message(_body(event), event.role))
        case Happening.CHOICE:
            _choose(_body(event), found)
        case Happening.PROMPT:
            found.messages += _entries(_attribute(event, "gen_ai.prompt"))
        case Happening.COMPLETION:
            found.answers += _entries(_attribute(event, "gen_ai.completion"))
        case Happening.DETAILS:
            found.details.append(event.attributes)
        case Happening.EVALUATION:
            found.judgements.append(_judgement(event))
        case Happening.DOCUMENT:
            found.documents.append(_document(event))
        case Happening.EXCEPTION:
            found.error = _exception(event)
        case None:
            pass


def _attribute(event: Event, name: str) -> JsonValue:
    value = next((values.plain(value) for key, value in event.attributes if key == name), None)
    if value is None and name != _CONTENT:
        value = _attribute(event, _CONTENT)
    return messages.parse(value)


def _body(event: Event) -> Object:
    """Return the body: a log record's own, or on spans an attribute with JSON, or the attributes themselves."""
    body = event.body if event.body is not None else _attribute(event, _CONTENT)
    if isinstance(body, dict):
        return body
    if isinstance(body, str):
        return {"content": body}
    return {
        key: messages.parse(values.plain(value)) if key in _STRUCTURED else values.plain(value)
        for key, value in event.attributes
    }


_STRUCTURED = ("tool_calls", "message")


def _message(body: Object, role: str) -> JsonValue:
    kept = {key: value for key, value in body.items() if key in _KEPT}
    return {**kept, "role": role if role == "tool" else body.get("role") or role}


_KEPT = ("content", "parts", "tool_calls", "id", "tool_call_id", "name", "refusal", "function_call")


def _choose(body: Object, found: Told) -> None:
    """Take the first of several choices; the calls may stand beside the message."""
    if body.get("index") not in (None, 0, "0"):
        return
    inner = body.get("message")
    message = inner if isinstance(inner, dict) else {"content": inner} if isinstance(inner, str) else body
    calls = {"tool_calls": body["tool_calls"]} if body.get("tool_calls") else {}
    found.answers.append(_message({**message, **calls}, "assistant"))
    if isinstance(reason := body.get("finish_reason"), str) and reason:
        found.finish_reason = reason


def _entries(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _judgement(event: Event) -> Judgement:
    said = Attributes().add(event.attributes)
    return Judgement(
        told=feedback.of(
            said.text(Field.EVALUATION_NAME),
            score=said.first(Field.EVALUATION_SCORE),
            label=said.first(Field.EVALUATION_LABEL),
            comment=said.first(Field.EVALUATION_COMMENT),
        ),
        response=said.text(Field.RESPONSE),
    )


def _document(event: Event) -> Object:
    """Write a document of a vector database's event: `db.query.result.id` is its `id`."""
    prefix = f"{event.name}."
    return {key.removeprefix(prefix): values.plain(value) for key, value in event.attributes if key.startswith(prefix)}


def _exception(event: Event) -> str | None:
    kind, message = _attribute(event, "exception.type"), _attribute(event, "exception.message")
    return ": ".join(text for text in (kind, message) if isinstance(text, str) and text) or None
