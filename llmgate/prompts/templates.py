"""A template and its syntax → what it says, and, for all syntaxes but Jinja, its text once it is filled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from llmgate.errors import RenderError
from llmgate.prompts import roles
from llmgate.prompts.prompt import Prompt, Syntax, Turn
from llmgate.prompts.syntaxes import (
    MAX_RENDERED_CHARS,
    Scanned,
    double_braces,
    format_string,
    jinja,
    single_braces,
    verbatim,
)

if TYPE_CHECKING:
    from pydantic import JsonValue

_FILLED = {
    Syntax.VERBATIM: verbatim,
    Syntax.DOUBLE_BRACES: double_braces,
    Syntax.SINGLE_BRACES: single_braces,
    Syntax.FORMAT_STRING: format_string,
}

_REMEDY = "Let the target name a prompt that holds its whole text, or take this part out of it."


@lru_cache(maxsize=2048)
def scan(syntax: Syntax, text: str) -> Scanned:
    return jinja.scan(text) if syntax is Syntax.JINJA else _FILLED[syntax].scan(text)


def fill(prompt: Prompt, variables: Mapping[str, JsonValue]) -> tuple[Turn, ...]:
    """Render a prompt of any syntax but Jinja, which `llmgate.targets.rendering` renders in a process of its own.

    Raises:
        RenderError: with the file and the line.
    """
    if prompt.fault:
        raise RenderError(str(prompt.fault))
    if prompt.elsewhere:
        raise RenderError(f"{prompt.reference}: its text is in {prompt.elsewhere}, not in the repository")
    if prompt.unrendered:
        raise RenderError(f"{prompt.path}:{prompt.line}: {prompt.unrendered}", remedy=_REMEDY)
    if prompt.syntax is Syntax.JINJA:
        raise ValueError(f"{prompt.path} is a Jinja template")
    filled: list[Turn] = []
    left = MAX_RENDERED_CHARS
    for turn in prompt.turns:
        text = _FILLED[prompt.syntax].fill(prompt.path, turn.text, variables, left)
        left -= len(text)
        filled.append(Turn(turn.role, text))
    return roles.split(filled, prompt.marker)
