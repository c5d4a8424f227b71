"""Fields of Gemini's API by their names in camel case, in either of the two ways in which protobuf's JSON has them."""

from __future__ import annotations

import re

from pydantic import JsonValue

from llmgate.capture.span import Json


def field(holder: Json, name: str) -> JsonValue:
    return holder[name] if name in holder else holder.get(snake(name))


def listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [] if value is None else [value]


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match.group().lower(), name)


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name)
