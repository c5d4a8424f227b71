"""What a piece of code sends, in parts → templates of one syntax.

`{name}` is a placeholder, braces are escaped where the text has placeholders; what llmgate does not imitate becomes a
field with a format, `{:if vip}`, which no rendering fills.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from llmgate.prompts.prompt import Role, Syntax, Turn
from llmgate.prompts.python.parts import Folded, Mark, Slot, Text, text_of
from llmgate.prompts.syntaxes import double_braces, single_braces

if TYPE_CHECKING:
    from pydantic import JsonValue

_FIELD = re.compile(r"[A-Za-z_][\w.]*(?:\[[\w'\"]+\])?|")
_STATEMENT = re.compile(r"\{%[-+]?\s{0,20}(if|for|set|block|extends|include|import|from|macro)\b")


class Said(NamedTuple):
    """One message. `formatted` where its literal pieces are templates themselves, which a framework fills in."""

    role: Role | None
    parts: Folded
    formatted: bool = False


@dataclass(slots=True, kw_only=True)
class Draft:
    """One unit of a module, before it is a prompt. `referred` are the units whose texts it sends."""

    messages: list[Said] = field(default_factory=list)
    syntax: Syntax | None = None
    model: str | None = None
    params: dict[str, JsonValue] = field(default_factory=dict)
    tools: JsonValue = None
    schema: JsonValue = None
    beside: dict[str, JsonValue] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that is literally said."""
        return "\n".join(part.text for said in self.messages for part in said.parts if isinstance(part, Text))

    @property
    def is_empty(self) -> bool:
        parts = self.model, self.params, self.tools, self.schema
        return not self.text.strip() and not any(part for part in parts)


def templates(messages: Sequence[Said], syntax: Syntax | None) -> tuple[Syntax, tuple[Turn, ...]]:
    """Return the messages as templates; `syntax` where a framework tells it."""
    if syntax in (Syntax.JINJA, Syntax.MUSTACHE):
        return syntax, tuple(Turn(each.role, _doubled(each.parts)) for each in messages)
    if not any(each.formatted or not isinstance(part, Text) for each in messages for part in each.parts):
        return Syntax.VERBATIM, tuple(Turn(each.role, text_of(each.parts)) for each in messages)
    return Syntax.FORMAT_STRING, tuple(Turn(each.role, _single(each)) for each in messages)


def constant(parts: Folded) -> tuple[Syntax, str]:
    """Return a text that stands alone: what its braces mean, only its users know, so its own look must tell.

    A text with fields is a format string where all of it is one; where only some of its braces look like fields, these
    are put in by name and the others are text.
    """
    if any(not isinstance(part, Text) for part in parts):
        syntax, (turn,) = templates([Said(None, parts)], None)
        return syntax, turn.text
    text = text_of(parts)
    return _look(text), text


def _look(text: str) -> Syntax:
    if _STATEMENT.search(text):
        return Syntax.JINJA
    names = _field_names(text)
    if names and all(_FIELD.fullmatch(name) for name in names):
        return Syntax.FORMAT_STRING
    if double_braces.scan(text).names:
        return Syntax.DOUBLE_BRACES
    return Syntax.SINGLE_BRACES if single_braces.scan(text).names else Syntax.VERBATIM


def _field_names(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return []


def _single(said: Said) -> str:
    return "".join(_braced(part, formatted=said.formatted) for part in said.parts)


def _braced(part: Text | Slot | Mark, *, formatted: bool) -> str:
    match part:
        case Text(text=text):
            return text if formatted else text.replace("{", "{{").replace("}", "}}")
        case Slot(source=source, shape=shape):
            return "{" + _name(source) + shape.replace("{", "<").replace("}", ">") + "}"
        case Mark(words=words):
            return "{:" + words.replace("{", "(").replace("}", ")") + "}"


def _name(source: str) -> str:
    """Write an expression as the name of a field: without what ends a name in a format string."""
    name = source.translate({ord("{"): "(", ord("}"): ")", ord(":"): ";", ord("!"): "¬"})
    if "[" in name or "]" in name:
        try:
            found = [each for _, each, _, _ in string.Formatter().parse("{" + name + "}")]
        except ValueError:
            found = []
        if found != [name]:
            name = name.replace("[", "(").replace("]", ")")
    return name


def _doubled(parts: Folded) -> str:
    """Write a template that is Jinja or Mustache; what Python puts in is a variable named after its expression."""
    return "".join(
        part.text if isinstance(part, Text) else "{{ " + re.sub(r"\W+", "_", str(part[0])).strip("_") + " }}"
        for part in parts
    )
