"""A Python format string → its text, the fields that it names, and the text once they are filled.

`{name}`, `{name.attribute}`, `{name[0]}` and `{name!r:>10}` are fields, `{{` and `}}` are braces.
https://docs.python.org/3/library/string.html#format-string-syntax
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from llmgate.errors import RenderError
from llmgate.prompts.syntaxes import Refusal, Scanned, slots

if TYPE_CHECKING:
    from pydantic import JsonValue

_ROOT = re.compile(r"\w*(?=[.\[]|$)")


class _Field(NamedTuple):
    """The text before a field, and the field: None after the last one. `shape` is what follows its name."""

    before: str
    name: str | None
    shape: str


def scan(text: str) -> Scanned:
    try:
        fields = list(_fields(text))
    except ValueError as error:
        return Scanned(pieces=(text,), refusal=Refusal(1, f"it is no format string: {error}"))
    names = tuple(field.name for field in fields if field.name is not None)
    return Scanned(
        pieces=tuple(field.before for field in fields),
        names=names,
        logic=tuple((str(place), field.shape) for place, field in enumerate(fields) if field.shape),
        variables=frozenset(filter(None, (_root(name) for name in names))),
    )


def fill(where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> str:
    """Put values in. What Python would make of a conversion or a width is not imitated: such a field is an error.

    Raises:
        RenderError: where a variable is missing, a field has more than a name, or the result exceeds the limit.
    """
    return "".join(_filled(where, text, variables, limit))


def _filled(where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> Iterator[str]:
    size, line = 0, 1
    for field in _fields(text):
        line += field.before.count("\n")
        value = "" if field.name is None else _value(where, field, variables, line)
        size += len(field.before) + len(value)
        slots.guard(where, size, limit)
        yield field.before
        yield value


def _value(where: str, field: _Field, variables: Mapping[str, JsonValue], line: int) -> str:
    name = field.name or ""
    if field.shape:
        raise RenderError(
            f"{where}:{line}: the field {{{name}{field.shape}}} has a format that llmgate does not imitate",
            id="not-imitated",
            remedy="Let the program format the value, and put it in by its name alone.",
        )
    return slots.value_of(where, name, variables, line=line)


def _fields(text: str) -> Iterator[_Field]:
    before = ""
    for literal, name, spec, conversion in string.Formatter().parse(text):
        before += literal
        if name is None:
            continue
        shape = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        yield _Field(before, name, shape)
        before = ""
    yield _Field(before, None, "")


def _root(name: str) -> str:
    """Return the variable that a field begins with; a name that is an expression of a program is one as a whole."""
    match = _ROOT.match(name)
    return match.group() if match else name
