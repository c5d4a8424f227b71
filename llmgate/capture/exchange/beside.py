"""What a team logs beside a call → times, judgements, the right answer, the template, its variables, tags."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import feedback as judging
from llmgate.capture import messages, values
from llmgate.capture.messages import parts
from llmgate.capture.span import Json, Unfit

_STARTED = ("started_at", "start_time", "request_created_at", "timestamp", "created_at", "ts", "created")
_ENDED = ("ended_at", "end_time", "response_created_at", "completed_at")
_JUDGEMENTS = ("feedback", "user_feedback", "user_rating", "rating", "thumbs")
_EXPECTED = ("expected", "expected_output", "expected_answer", "correction", "corrected_output", "ideal")


def started(line: Json, answer: JsonValue) -> int:
    """Return when the call began, in nanoseconds since 1970; 0 where it is not said."""
    own = _time(line, _STARTED)
    return own or (_time(answer, ("created_at", "created")) if isinstance(answer, dict) else 0)


def ended(line: Json) -> int:
    return _time(line, _ENDED)


def feedback(line: Json) -> tuple[Json, ...]:
    """Read all judgements; a yes or no is plain, and a number is in the team's own scale."""
    return tuple(found for name in _JUDGEMENTS for found in _judgements(name, line.get(name)))


def expected(line: Json) -> str | None:
    """Return the text that would have been right."""
    judged = line.get("feedback")
    for holder in (line, judged if isinstance(judged, dict) else {}):
        for name in _EXPECTED:
            if (text := _text(holder.get(name))) is not None:
                return text
    return None


def prompt(line: Json) -> Json:
    """Read which template was used."""
    inner = line.get("prompt")
    holder = inner if isinstance(inner, dict) else {}
    told = {
        "name": _named(holder, ("name", "id")) or _named(line, ("prompt_name", "prompt_id")),
        "version": _named(holder, ("version",)) or _named(line, ("prompt_version",)),
        "template": _named(holder, ("template",)) or _named(line, ("prompt_template",)),
    }
    return {name: value for name, value in told.items() if value is not None}


def variables(line: Json) -> Json | None:
    inner = line.get("prompt")
    for holder, name in ((inner, "variables"), (inner, "inputs"), (line, "variables"), (line, "prompt_variables")):
        if isinstance(holder, dict) and isinstance(found := messages.parse(holder.get(name)), dict):
            return found
    return None


def tags(line: Json) -> tuple[str, ...]:
    listed = line.get("tags")
    return tuple(tag for tag in listed if isinstance(tag, str)) if isinstance(listed, list) else ()


def _judgements(name: str, value: JsonValue) -> Iterator[Json]:
    for each in value if isinstance(value, list) else [value]:
        told = _judgement(name, each)
        if told.keys() - {"name"}:
            yield told


def _judgement(name: str, value: JsonValue) -> Json:
    """Read one judgement: a yes or no, a number, a word, or an object that says more of it."""
    if not isinstance(value, dict):
        return judging.of(name, score=value, label=value)
    held = [value.get(key) for key in ("score", "rating", "value", "thumbs", "label")]
    return judging.of(
        _named(value, ("name", "key")) or name,
        score=next((each for each in held if isinstance(each, bool | int | float)), None),
        label=next((each for each in reversed(held) if isinstance(each, str)), None),
        comment=_named(value, ("comment", "text", "reason", "explanation")),
    )


def _named(holder: Json, names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := values.name(holder.get(name)))), None)


def _text(value: JsonValue) -> str | None:
    if isinstance(value, str):
        return value or None
    if not isinstance(value, dict):
        return None
    try:
        return parts.texts(messages.answer([{**value, "role": "assistant"}]).messages) or None
    except Unfit:
        return None


def _time(holder: Json, names: tuple[str, ...]) -> int:
    return next((found for name in names if (found := values.nanoseconds(holder.get(name)))), 0)
