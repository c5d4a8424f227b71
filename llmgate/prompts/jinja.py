"""Jinja2 → one template, and the closure of what it includes, extends or imports."""

from __future__ import annotations

import re

from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn

FORMAT = Format.JINJA
ENDINGS = (".j2", ".jinja", ".jinja2")

_ENDING = Rule("jinja.ending", "the file's name ends like a Jinja template's")
_STATEMENTS = Rule("jinja.statement", "the text has a Jinja statement in it")
_INNER_ENDING = re.compile(r"\.(j2|jinja2?)\.[a-z]+$")
_STATEMENT = re.compile(
    r"\{%[-+]?\s{0,20}(if|for|set|block|extends|include|import|from|macro|call|filter|with|raw|autoescape)\b"
)


def recognise(path: str, head: str) -> Rule | None:
    name = path.lower()
    if name.endswith(ENDINGS) or _INNER_ENDING.search(name):
        return _ENDING
    return _STATEMENTS if _STATEMENT.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    found = Found(format=FORMAT, syntax=Syntax.JINJA, turns=(Turn(None, file.source),), rule=rule)
    return (compose(file, found),)
