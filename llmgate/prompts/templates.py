"""A template and its syntax → what it says, and, for all syntaxes but Jinja, its text once it is filled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from llmgate.errors import RenderError
from llmgate.prompts import messages, roles
from llmgate.prompts.prompt import Format, Prompt, Syntax, Turn
from llmgate.prompts.syntaxes import (
    MAX_RENDERED_CHARS,
    Scanned,
    blocks,
    double_braces,
    format_string,
    handlebars,
    jinja,
    mustache,
    semantic_kernel,
    single_braces,
    verbatim,
)
from llmgate.prompts.syntaxes.filling import Template

if TYPE_CHECKING:
    from pydantic import JsonValue


class _Flat(Protocol):
    def scan(self, text: str) -> Scanned: ...

    def fill(self, where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> str: ...


class _Nested(Protocol):
    def scan(self, text: str) -> Scanned: ...

    def fill(self, template: Template, variables: Mapping[str, JsonValue]) -> str: ...


_FLAT: dict[Syntax, _Flat] = {
    Syntax.VERBATIM: verbatim,
    Syntax.DOUBLE_BRACES: double_braces,
    Syntax.SINGLE_BRACES: single_braces,
    Syntax.FORMAT_STRING: format_string,
    Syntax.SEMANTIC_KERNEL: semantic_kernel,
}
_NESTED: dict[Syntax, _Nested] = {Syntax.MUSTACHE: mustache, Syntax.HANDLEBARS: handlebars}

_REMEDY = "Let the target name a prompt that holds its whole text, or take this part out of it."


@lru_cache(maxsize=2048)
def scan(syntax: Syntax, text: str) -> Scanned:
    if syntax is Syntax.JINJA:
        return jinja.scan(text)
    return _NESTED[syntax].scan(text) if syntax in _NESTED else _FLAT[syntax].scan(text)


def given(prompt: Prompt, variables: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Add the values that the prompt's own file gives to those of a fixture.

    Raises:
        RenderError: where nothing that is given can make the prompt what its program sends.
    """
    if prompt.fault:
        fault = prompt.fault
        raise RenderError(f"{fault.file}:{fault.line}: {fault.message}", id=fault.id, remedy=fault.remedy)
    if prompt.elsewhere:
        raise RenderError(
            f"{prompt.reference}: its text is in {prompt.elsewhere}, not in the repository", id="prompt-elsewhere"
        )
    if prompt.unrendered:
        message = f"{prompt.path}:{prompt.line}: llmgate does not render it: {prompt.unrendered}"
        raise RenderError(message, id="template-failed", remedy=_REMEDY)
    history = dict.fromkeys(prompt.conversations, roles.mark(prompt.marker, "history"))
    return {**prompt.defaults, **variables, **history}


def fill(prompt: Prompt, variables: Mapping[str, JsonValue]) -> tuple[Turn, ...]:
    """Render a prompt of any syntax but Jinja, which `llmgate.targets.rendering` renders in a process of its own.

    Raises:
        RenderError: with the file and the line.
    """
    values = given(prompt, variables)
    if prompt.syntax is Syntax.JINJA:
        raise ValueError(f"{prompt.path} is a Jinja template")
    filled: list[Turn] = []
    left = MAX_RENDERED_CHARS
    for turn in prompt.turns:
        text = _filled(prompt, turn.text, values, left)
        left -= len(text)
        filled.append(Turn(turn.role, text))
    return messages.of(prompt, filled)


def _filled(prompt: Prompt, text: str, values: Mapping[str, JsonValue], left: int) -> str:
    if prompt.syntax not in _NESTED:
        return _FLAT[prompt.syntax].fill(prompt.path, text, values, left)
    template = Template(
        path=prompt.path,
        text=text,
        line=prompt.line if len(prompt.turns) == 1 else 1,
        limit=left,
        sources=prompt.sources,
        root=prompt.root,
        marker=prompt.marker,
        escaped=prompt.format is Format.PROMPTY,
        helpers=blocks.DOTPROMPT if prompt.format is Format.DOTPROMPT else frozenset(),
    )
    return _NESTED[prompt.syntax].fill(template, values)
