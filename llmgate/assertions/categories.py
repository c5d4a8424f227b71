"""A kind of assertion → the kind of failure that it shows, where it shows one kind only."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """The taxonomy's own words for kinds of failure."""

    RETRIEVAL = "retrieval"
    GROUNDING = "grounding"
    REASONING = "reasoning"
    TOOL_USE = "tool_use"
    OUTPUT_FORMAT = "output_format"
    REFUSAL_SAFETY = "refusal_safety"
    INFRASTRUCTURE = "infrastructure"
    FIXTURE_INVALID = "fixture_invalid"
    UNCLASSIFIED = "unclassified"


_FAMILIES: Final[Mapping[str, Category]] = {
    "retrieval": Category.RETRIEVAL,
    "grounding": Category.GROUNDING,
    "format": Category.OUTPUT_FORMAT,
    "tool": Category.TOOL_USE,
    "trajectory": Category.TOOL_USE,
}
_KINDS: Final[Mapping[str, Category]] = {
    "is-json": Category.OUTPUT_FORMAT,
    "contains-json": Category.OUTPUT_FORMAT,
    "is-xml": Category.OUTPUT_FORMAT,
    "contains-xml": Category.OUTPUT_FORMAT,
    "is-html": Category.OUTPUT_FORMAT,
    "contains-html": Category.OUTPUT_FORMAT,
    "is-sql": Category.OUTPUT_FORMAT,
    "contains-sql": Category.OUTPUT_FORMAT,
    "is-valid-function-call": Category.TOOL_USE,
    "is-valid-openai-function-call": Category.TOOL_USE,
    "is-valid-openai-tools-call": Category.TOOL_USE,
    "tool-call-f1": Category.TOOL_USE,
    "is-refusal": Category.REFUSAL_SAFETY,
    "guardrails": Category.REFUSAL_SAFETY,
}


def implied(assertion: str) -> Category | None:
    """Name the kind of failure of an assertion, with or without `not-`; None where it may be any."""
    kind = assertion.removeprefix("not-")
    family, colon, _ = kind.partition(":")
    return _FAMILIES.get(family) if colon else _KINDS.get(kind)
