"""What was read of a call or a constant → the prompt as a format finds it, with a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from llmgate.prompts.composition import Found
from llmgate.prompts.prompt import Format, Rule, Syntax, Turn
from llmgate.prompts.typescript import folding, tree
from llmgate.prompts.typescript.folding import Piece
from llmgate.prompts.typescript.messages import Said
from llmgate.prompts.typescript.tree import Spot

if TYPE_CHECKING:
    from pydantic import JsonValue

_NO_WORD = re.compile(r"\W+")
_BRACE = re.compile(r"([{}])")
_LITERAL = re.compile(r"[\"'`][^\"'`]")


@dataclass(slots=True, kw_only=True)
class Unit:
    """One prompt while it is read. `start` is its first byte in the file, `line` and `last` its lines.

    `syntax` is that of the texts themselves; a text of JavaScript alone is verbatim.
    """

    name: str
    line: int
    last: int
    start: int
    rule: Rule
    said: list[Said] = field(default_factory=list)
    syntax: Syntax = Syntax.VERBATIM
    model: str | None = None
    params: dict[str, JsonValue] = field(default_factory=dict)
    tools: JsonValue = None
    schema: JsonValue = None
    beside: dict[str, JsonValue] = field(default_factory=dict)
    elsewhere: str = ""

    @property
    def speaks(self) -> bool:
        """Tell whether any of its text stands in the file."""
        return any(piece.text.strip() for each in self.said for piece in each.text if piece.expression is None)


def empty(spot: Spot, callee: str, rule: Rule, *, kept: bool) -> Unit:
    """Return an empty unit for a call, named by what holds it if it is `kept`, else by its function and its callee."""
    around = ".".join(spot.place.names)
    if kept:
        name = ".".join(filter(None, [around, spot.label])) or callee
    else:
        name = ":".join(filter(None, [around or spot.label, callee]))
    node = spot.node
    return Unit(name=name, line=tree.line_of(node), last=node.end_point[0] + 1, start=node.start_byte, rule=rule)


def found(unit: Unit) -> Found:
    """Return the unit as a format finds it.

    Where no text of it can be put together, its model is left, and the expressions that have literals in them.
    """
    known = [piece for each in unit.said for piece in each.text if piece.expression is not None]
    turns, slots = (unit.said, known) if unit.speaks else ([], [])
    exact: list[JsonValue] = [
        piece.expression
        for piece in known
        if (piece.expression != piece.text if turns else _LITERAL.search(piece.expression or ""))
    ]
    beside: dict[str, JsonValue] = {**unit.beside, **({"expressions": exact} if exact else {})}
    syntax = Syntax.FORMAT_STRING if slots and unit.syntax is Syntax.VERBATIM else unit.syntax
    return Found(
        format=Format.REMOTE if unit.elsewhere else Format.TYPESCRIPT,
        syntax=syntax,
        turns=tuple(Turn(each.role, _written(each, syntax)) for each in turns),
        name=unit.name,
        line=unit.line,
        rule=unit.rule,
        model=unit.model,
        params=unit.params,
        tools=unit.tools,
        schema=unit.schema,
        beside=dict(sorted(beside.items())) or None,
        variables=tuple(sorted({piece.text for piece in slots if not folding.is_mark(piece)})),
        partial=True,
        elsewhere=unit.elsewhere,
    )


def distinct(units: Iterable[Unit]) -> list[Unit]:
    """Tell units of one name apart by their order: `name`, `name~2` and so on."""
    times: dict[str, int] = {}
    made: list[Unit] = []
    for unit in units:
        times[unit.name] = times.get(unit.name, 0) + 1
        made.append(replace(unit, name=f"{unit.name}~{times[unit.name]}") if times[unit.name] > 1 else unit)
    return made


def _written(said: Said, syntax: Syntax) -> str:
    return "".join(_piece(piece, syntax, template=said.template) for piece in said.text)


def _piece(piece: Piece, syntax: Syntax, *, template: bool) -> str:
    match syntax:
        case Syntax.FORMAT_STRING if piece.expression is not None:
            return f"{{{piece.text}}}"
        case Syntax.FORMAT_STRING if not template:
            return _BRACE.sub(r"\1\1", piece.text)
        case Syntax.VERBATIM | Syntax.FORMAT_STRING:
            return piece.text
        case _ if folding.is_mark(piece):
            return f"{{{{{_NO_WORD.sub('_', piece.text)}}}}}"
        case _:
            return piece.text if piece.expression is None else f"{{{{{piece.text}}}}}"
