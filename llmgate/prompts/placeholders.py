"""`{{ name }}` in a text → the variable's value, once and strictly; nothing else in the text is special."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from llmgate.errors import RenderError
from llmgate.prompts.prompt import Turn

if TYPE_CHECKING:
    from pydantic import JsonValue  # takes 80 ms, which the rendering process has no use for

MAX_RENDERED_CHARS = 1024 * 1024

_PLACEHOLDER = re.compile(r"\{\{[ \t]{0,20}([A-Za-z_][A-Za-z0-9_.-]{0,99})[ \t]{0,20}\}\}")


def names(text: str) -> frozenset[str]:
    return frozenset(match.group(1) for match in _PLACEHOLDER.finditer(text))


def fill(path: str, turns: Iterable[Turn], variables: Mapping[str, JsonValue]) -> tuple[Turn, ...]:
    """Replace each placeholder by its variable: text as it is, any other value as JSON.

    A value is never expanded again, whatever it contains.

    Raises:
        RenderError: where a variable is missing, or the result exceeds MAX_RENDERED_CHARS.
    """
    filled: list[Turn] = []
    left = MAX_RENDERED_CHARS
    for turn in turns:
        text = "".join(_pieces(path, turn.text, variables, left))
        left -= len(text)
        filled.append(Turn(turn.role, text))
    return tuple(filled)


def _pieces(path: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> Iterable[str]:
    end = 0
    size = len(text)
    for match in _PLACEHOLDER.finditer(text):
        value = _value(path, text, match, variables)
        size += len(value) - len(match.group())
        _guard(path, size, limit)
        yield text[end : match.start()]
        yield value
        end = match.end()
    _guard(path, size, limit)
    yield text[end:]


def _guard(path: str, size: int, limit: int) -> None:
    if size > limit:
        raise RenderError(f"{path}: the rendered prompt exceeds {MAX_RENDERED_CHARS:,} characters")


def _value(path: str, text: str, match: re.Match[str], variables: Mapping[str, JsonValue]) -> str:
    name = match.group(1)
    if name not in variables:
        line = text.count("\n", 0, match.start()) + 1
        raise RenderError(
            f"{path}:{line}: the variable {name!r} has no value", remedy="Give it in the fixture's input."
        )
    value = variables[name]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
