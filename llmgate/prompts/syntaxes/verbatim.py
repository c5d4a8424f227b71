"""A text that is sent as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from llmgate.prompts.syntaxes import Scanned, slots

if TYPE_CHECKING:
    from pydantic import JsonValue


def scan(text: str) -> Scanned:
    return Scanned(pieces=(text,))


def fill(where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> str:  # noqa: ARG001 - nothing to fill in
    slots.guard(where, len(text), limit)
    return text
