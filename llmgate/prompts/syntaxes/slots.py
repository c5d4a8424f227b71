"""Placeholders that a regular expression finds → what a text says around them, and the text with values in them.

A value is put in once and strictly, text as it is, any other value as JSON; it is never expanded again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from llmgate.errors import RenderError
from llmgate.prompts.syntaxes import MAX_RENDERED_CHARS, Scanned

if TYPE_CHECKING:
    from pydantic import JsonValue  # takes 80 ms, which the rendering process has no use for


def scan(pattern: re.Pattern[str], text: str) -> Scanned:
    """Take a text apart; the pattern's first group is the placeholder's name."""
    pieces, names = pattern.split(text)[:: pattern.groups + 1], tuple(match[1] for match in pattern.finditer(text))
    return Scanned(pieces=tuple(pieces), names=names, variables=frozenset(names))


def fill(pattern: re.Pattern[str], where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> str:
    """Put values in, at most `limit` characters in all.

    Raises:
        RenderError: where a variable is missing, or the result exceeds the limit.
    """
    return "".join(_filled(pattern, where, text, variables, limit))


def _filled(
    pattern: re.Pattern[str], where: str, text: str, variables: Mapping[str, JsonValue], limit: int
) -> Iterable[str]:
    end = 0
    size = len(text)
    for match in pattern.finditer(text):
        value = value_of(where, match[1], variables, line=text.count("\n", 0, match.start()) + 1)
        size += len(value) - len(match.group())
        guard(where, size, limit)
        yield text[end : match.start()]
        yield value
        end = match.end()
    guard(where, size, limit)
    yield text[end:]


def guard(where: str, size: int, limit: int) -> None:
    if size > limit:
        raise RenderError(
            f"{where}: the rendered prompt exceeds {MAX_RENDERED_CHARS:,} characters", id="render-too-large"
        )


def value_of(where: str, name: str, variables: Mapping[str, JsonValue], *, line: int) -> str:
    """Return what stands in a placeholder's place.

    Raises:
        RenderError: with the file and the line, where the variable has no value.
    """
    if name not in variables:
        raise RenderError(
            f"{where}:{line}: the variable {name!r} has no value",
            id="no-value",
            remedy="Give it in the fixture's input.",
        )
    value = variables[name]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
