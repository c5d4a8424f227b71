"""Attributes and values as OTLP types them → plain JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from pydantic import JsonValue

from llmgate.capture.otlp import envelope

_INTEGER = re.compile(r"-?[0-9]{1,20}")


def attributes(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield the attributes, their values still typed.

    Raises:
        Unfit: where they are no list of keys and values.
    """
    for item in envelope.objects(value, "attributes"):
        key = item.get("key")
        if isinstance(key, str):
            yield key, item.get("value")


def plain(value: JsonValue) -> JsonValue:
    """Take a value out of its type; what says nothing, or no number that JSON has, is None."""
    if not isinstance(value, dict):
        return value
    for name, inner in value.items():
        if (kind := _KINDS.get(name)) is not None:
            return kind(inner)
    return None


def _list(value: JsonValue) -> JsonValue:
    return [plain(item) for item in _values(value)]


def _object(value: JsonValue) -> JsonValue:
    return {str(item.get("key")): plain(item.get("value")) for item in _values(value) if isinstance(item, dict)}


def _values(value: JsonValue) -> list[JsonValue]:
    inner = value.get("values") if isinstance(value, dict) else None
    return inner if isinstance(inner, list) else []


def integer(value: JsonValue) -> int | None:
    """Read a 64-bit integer, which JSON has as a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) else None


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _same(value: JsonValue) -> JsonValue:
    return value


_KINDS: dict[str, Callable[[JsonValue], JsonValue]] = {
    **dict.fromkeys(("stringValue", "string_value", "boolValue", "bool_value", "bytesValue", "bytes_value"), _same),
    **dict.fromkeys(("intValue", "int_value"), integer),
    **dict.fromkeys(("doubleValue", "double_value"), _number),
    **dict.fromkeys(("arrayValue", "array_value"), _list),
    **dict.fromkeys(("kvlistValue", "kvlist_value"), _object),
}
