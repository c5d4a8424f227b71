"""A logged call of a model's API: the request, the answer, and what is logged beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.exchange import apis, streams
from llmgate.capture.span import Json

MAX_ID_CHARS = 200

_TRACES = ("trace_id", "traceId", "session_id", "sessionId", "conversation_id", "conversationId", "thread_id")
_IDS = ("span_id", "id", "request_id", "custom_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call. `answer` is an object, a text, a list of items, or None; `events` are a stream in its place."""

    line: Json
    request: Json
    answer: JsonValue
    events: tuple[Json, ...] | None
    status: int | None
    failure: JsonValue

    @property
    def metadata(self) -> Json:
        """What the call was labelled with, the log's own labels before those that the API was sent."""
        found: dict[str, JsonValue] = {}
        for holder in (self.request, self.line):
            if isinstance(labels := messages.parse(holder.get("metadata")), dict):
                found |= labels
        return found

    @property
    def trace(self) -> str:
        """Name the trace: what the log says, else the call's id, else the answer's, else a hash of all."""
        known = first(self.line, _TRACES) or first(self.metadata, _TRACES) or first(self.line, ("custom_id", *_IDS))
        return known or self.response or self._digest()

    @property
    def id(self) -> str:
        return first(self.line, _IDS) or self.response or self._digest()

    @property
    def response(self) -> str | None:
        """Name the answer as the API does."""
        if self.events is not None:
            return streams.known_id(self.events)
        return streams.known_id((self.answer,)) if isinstance(self.answer, dict) else None

    def _digest(self) -> str:
        canonical = json.dumps(self.line, sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()[:32]


def of(line: Json, request: Json, answer: JsonValue) -> Exchange:
    """Put the two sides of a call together, and what went wrong with it."""
    answer, status = _unwrapped(_decoded(answer))
    status = status or first_number(line, ("response_status", "status_code"))
    failure = line.get("error") or (answer.get("error") if isinstance(answer, dict) else None)
    events = tuple(streams.events(answer)) if streams.is_stream(answer) else None
    answer = None if events is not None else answer
    return Exchange(line=line, request=request, answer=answer, events=events, status=status, failure=failure)


def first(holder: Mapping[str, JsonValue], names: tuple[str, ...]) -> str | None:
    """Return the first of some fields that holds an id: a text or a whole number."""
    for name in names:
        value = holder.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and 0 < len(value) <= MAX_ID_CHARS:
            return value
    return None


def first_number(holder: Mapping[str, JsonValue], names: tuple[str, ...]) -> int | None:
    """Return the first of some fields that holds a whole number."""
    for name in names:
        if isinstance(value := holder.get(name), int) and not isinstance(value, bool):
            return value
    return None


def _decoded(answer: JsonValue) -> JsonValue:
    """Parse an answer that is logged as text, unless it is what the model said, which may well be JSON."""
    value = messages.parse(answer)
    if not isinstance(answer, str):
        return answer
    if isinstance(value, dict):
        is_answer = apis.of_answer(value) is not None or isinstance(value.get("error"), dict)
        return value if is_answer or {"status_code", "body"} <= value.keys() else answer
    return value if streams.is_stream(value) else answer


def _unwrapped(answer: JsonValue) -> tuple[JsonValue, int | None]:
    """Take an answer out of what transports and batches put around it, with the status that is told there."""
    if not isinstance(answer, dict) or apis.of_answer(answer) is not None:
        return answer, None
    status = first_number(answer, ("status_code", "status"))
    if isinstance(body := _decoded(answer.get("body")), dict | list | str):
        return body, status
    if answer.get("type") == "succeeded" and isinstance(message := answer.get("message"), dict):
        return message, status  # Anthropic's batches
    if answer.get("type") in ("errored", "canceled", "expired"):
        return {"error": answer.get("error") or {"message": f"the batch's request is {answer['type']}"}}, status
    return answer, status
