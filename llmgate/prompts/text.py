"""Plain text → one template with `{{ name }}` placeholders."""

from __future__ import annotations

from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import DECLARED, File, Format, Prompt, Rule, Syntax, Turn

FORMAT = Format.TEXT


def recognise(path: str, head: str) -> Rule | None:  # noqa: ARG001 - the last of the catalogue: whatever is left is text
    return DECLARED


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    found = Found(format=FORMAT, syntax=Syntax.DOUBLE_BRACES, turns=(Turn(None, file.source),), rule=rule)
    return (compose(file, found),)
