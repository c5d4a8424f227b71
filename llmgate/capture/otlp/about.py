"""The attributes of a span → what is known of its prompt, what was said of it, and what it may be selected by."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import feedback, messages
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.span import Json
from llmgate.conventions import OWN, Field

Object = dict[str, JsonValue]


def prompt(said: Attributes) -> Json:
    told = {
        "name": said.text(Field.PROMPT_NAME),
        "version": said.text(Field.PROMPT_VERSION),
        "template": said.text(Field.PROMPT_TEMPLATE),
    }
    return {key: value for key, value in told.items() if value is not None}


def variables(said: Attributes) -> Json | None:
    for found in said.all(Field.VARIABLES):
        if isinstance(found.value, dict):
            exact = found.name.text.startswith(OWN)  # others write what is no text as JSON in a text
            return {key: value if exact else messages.parse(value) for key, value in found.value.items()}
    return None


def judgements(said: Attributes, wanted: Field) -> tuple[Json, ...]:
    """Read the judgements that stand as lists among the attributes."""
    return tuple(
        feedback.of(
            entry.get("name"), score=entry.get("score"), label=entry.get("label"), comment=entry.get("explanation")
        )
        for found in said.all(wanted)
        for entry in _nested(found.value)
    )


def _nested(value: JsonValue) -> Iterator[Object]:
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict):
            yield entry


def tags(said: Attributes) -> tuple[str, ...]:
    found = said.first(Field.TAGS)
    return tuple(tag for tag in (found if isinstance(found, list) else [found]) if isinstance(tag, str))


def metadata(said: Attributes) -> Json:
    """Gather all that may be selected by; what comes first in the row is believed."""
    told: Object = {}
    for found in said.all(Field.METADATA):
        entries = found.value if isinstance(found.value, dict) else {found.name.text: found.value}
        told = {**entries, **told}
    return told
