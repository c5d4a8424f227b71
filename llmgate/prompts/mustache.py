"""Mustache and Handlebars files → one template, and the closure of its partials."""

from __future__ import annotations

from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn

FORMAT = Format.MUSTACHE
HANDLEBARS = (".hbs", ".handlebars")

_ENDING = Rule("mustache.ending", "the file's name ends like a Mustache or Handlebars template's")


def recognise(path: str, head: str) -> Rule | None:  # noqa: ARG001 - the text of a template can be anything
    return _ENDING if path.lower().endswith((".mustache", *HANDLEBARS)) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    syntax = Syntax.HANDLEBARS if file.path.lower().endswith(HANDLEBARS) else Syntax.MUSTACHE
    return (compose(file, Found(format=FORMAT, syntax=syntax, turns=(Turn(None, file.source),), rule=rule)),)
