"""Markdown → one template with `{{ name }}` placeholders.

Nothing is stripped: a model is sent the front matter and the HTML comments too, so a change in them is a change.
"""

from __future__ import annotations

from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import DECLARED, File, Format, Prompt, Rule, Syntax, Turn

FORMAT = Format.MARKDOWN
ENDINGS = (".md", ".markdown", ".mdx")


def recognise(path: str, head: str) -> Rule | None:  # noqa: ARG001 - any text is Markdown; only the name tells
    return DECLARED if path.lower().endswith(ENDINGS) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    found = Found(format=FORMAT, syntax=Syntax.DOUBLE_BRACES, turns=(Turn(None, file.source),), rule=rule)
    return (compose(file, found),)
