"""An attribute's value → what every backend takes: valid Unicode, finite numbers, JSON for what is no text."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from llmgate.conventions.spelling import Structure, Value

MAX_DEPTH = 100
DEEP = "…"

Settled = str | bool | int | float | tuple[str, ...]


def settled(value: Value, clean: Callable[[str], str] = str) -> Settled:
    """Write a value; every text in it goes through `clean`, and what no text, number or list is becomes text."""
    match value:
        case Structure():
            return json.dumps(_plain(value.value, clean, MAX_DEPTH), ensure_ascii=False, separators=(",", ":"))
        case str():
            return clean(valid(value))
        case tuple():
            return tuple(clean(valid(each)) for each in value)
        case float() if not math.isfinite(value):
            return str(value)
        case _:
            return value


def valid(text: str) -> str:
    """Replace lone surrogates, which no encoding has."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(value: Any, clean: Callable[[str], str], depth: int) -> Any:
    match value:
        case None | bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case dict() | list() | tuple():
            return _held(value, clean, depth - 1) if depth else DEEP
        case _:
            return clean(valid(str(value)))


def _held(value: Any, clean: Callable[[str], str], depth: int) -> Any:
    if isinstance(value, dict):
        return {clean(valid(str(key))): _plain(item, clean, depth) for key, item in value.items()}
    return [_plain(item, clean, depth) for item in value]
