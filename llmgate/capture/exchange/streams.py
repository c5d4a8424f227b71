"""The events of a stream, as a list or as the text that was sent → one event after the other, and the id they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.exchange import apis
from llmgate.capture.span import Json

MAX_ID_CHARS = 200
_ENVELOPES = ("response", "message")


def is_stream(answer: JsonValue) -> bool:
    if isinstance(answer, list):
        return any((event := _event(item)) is not None and apis.of_event(event) is not None for item in answer[:20])
    return isinstance(answer, str) and answer.lstrip()[:6].startswith(("data:", "event:"))


def events(answer: JsonValue) -> Iterator[Json]:
    """Yield the events that can be read; a line of any other field, or one that was cut, is passed over."""
    for item in answer if isinstance(answer, list) else str(answer).split("\n"):
        if isinstance(item, str) and "\n" in item:
            yield from events(item)
        elif (event := _event(item)) is not None:
            yield event


def known_id(events: Iterable[Json]) -> str | None:
    """Name an answer by the first of its events that says it, or by itself."""
    for event in events:
        for holder in (event, *(event.get(name) for name in _ENVELOPES)):
            known = holder.get("id") if isinstance(holder, dict) else None
            if isinstance(known, str) and 0 < len(known) <= MAX_ID_CHARS:
                return known
    return None


def _event(item: JsonValue) -> Json | None:
    """Read one event: an object, its text, or a line `data: …` of a stream."""
    if isinstance(item, str):
        text = item.strip().removeprefix("data:").strip()
        item = messages.parse(text) if text.startswith("{") and text.endswith("}") else None
    if isinstance(item, dict) and "data" in item and not ("type" in item or "choices" in item):
        item = messages.parse(item["data"])  # {event, data}, as parsers of streams give them
    return item if isinstance(item, dict) else None
