"""`redaction` → what else is personal in this team's texts, and what is not."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from llmgate.assertions import patterns
from llmgate.config.noun import Noun

OWN_KINDS = ("card", "email", "iban", "phone", "secret")
"""What llmgate finds without any rule."""
MAX_PROGRAM = 2_000
"""The largest program of RE2: at worst each instruction takes 10 ns for each byte of a text."""


def _own_name(name: str) -> str:
    if name in OWN_KINDS:
        raise ValueError(f"{name} is a kind that llmgate finds itself: name the rule otherwise")
    return name


def _usable(pattern: str) -> str:
    if fault := patterns.fault(pattern):
        raise ValueError(fault)
    if patterns.found(pattern, ""):
        raise ValueError(
            "the pattern matches the empty text, so it would be found everywhere: make a part of it required"
        )
    if patterns.size(pattern) > MAX_PROGRAM:
        raise ValueError("the pattern is too large: use fewer or smaller counted repetitions such as .{0,200}")
    return pattern


class RedactionRule(Noun):
    """What is replaced by `[name-1]`, `[name-2]`, …: each match of the pattern."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40), AfterValidator(_own_name)] = Field(
        description="What stands in the place of a match, with a number."
    )
    pattern: Annotated[str, Field(min_length=1), AfterValidator(_usable)] = Field(description="An expression of RE2.")


class RedactionSettings(Noun):
    """Rules for what llmgate does not know, and texts that are never replaced unless they are secrets."""

    rules: Annotated[tuple[RedactionRule, ...], Field(max_length=50)] = Field(
        default=(), description="What else is personal or secret."
    )
    keep: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], Field(max_length=1000)] = Field(
        default=(), description="Texts that stay; a known secret never does."
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        counts = Counter(rule.name for rule in self.rules)
        if twice := sorted(name for name, count in counts.items() if count > 1):
            raise ValueError(
                f"{', '.join(twice)}: two rules have this name; give each an own one, or join their patterns"
            )
        return self
