"""`{{ name }}` in a text → the variable's value; nothing else in the text is special."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from llmgate.prompts.syntaxes import Scanned, slots

if TYPE_CHECKING:
    from pydantic import JsonValue

_PLACEHOLDER = re.compile(r"\{\{[ \t]{0,20}([A-Za-z_][A-Za-z0-9_.-]{0,99})[ \t]{0,20}\}\}")


def scan(text: str) -> Scanned:
    return slots.scan(_PLACEHOLDER, text)


def fill(where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> str:
    return slots.fill(_PLACEHOLDER, where, text, variables, limit)
