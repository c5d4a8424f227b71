"""A span and its attributes → when it was, how it ended, and what went wrong."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture.otlp import envelope, values
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.otlp.events import Told
from llmgate.conventions import Field

Object = dict[str, JsonValue]

_STATUS_ERROR = (2, "2", "STATUS_CODE_ERROR")


def moment(value: Object, *names: str) -> int:
    """Return the first of these times that is told, in nanoseconds; 0 where there is none."""
    found = (values.integer(envelope.field(value, name)) for name in names)
    return next((time for time in found if time and time > 0), 0)


def has_failed(value: Object) -> bool:
    status = value.get("status")
    code = status.get("code") if isinstance(status, dict) else None
    return isinstance(code, int | str) and code in _STATUS_ERROR


def error(value: Object, said: Attributes, told: Told) -> str | None:
    """Tell what went wrong with the step itself."""
    kind = said.text(Field.ERROR)
    if not has_failed(value) and kind is None:
        return None
    status = value.get("status")
    message = status.get("message") if isinstance(status, dict) else None
    texts = [text for text in (kind, message) if isinstance(text, str) and text]
    return ": ".join(texts) or told.error or "an error that the span does not describe"


def finish_reason(said: Attributes, told: Told) -> str | None:
    """Read why the model stopped; of several answers, the first."""
    for found in said.all(Field.FINISH_REASON):
        reason = found.value[0] if isinstance(found.value, list) and found.value else found.value
        if isinstance(reason, str) and reason:
            return reason
    if told.finish_reason:
        return told.finish_reason
    for found in said.all(Field.OUTPUT):
        first = found.value[0] if isinstance(found.value, list) and found.value else None
        if isinstance(first, dict) and isinstance(reason := first.get("finish_reason"), str):
            return reason
    return None
