"""A member or an element of a constant of the file → every value that it may be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import strings, tree
from llmgate.prompts.typescript.definitions import Definition
from llmgate.prompts.typescript.program import Program
from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_OPTIONS = 64
MAX_LEVELS = 8


def options(code: Program, node: Node, place: Place) -> list[Definition]:
    """Return what `TEXTS.system`, `TEXTS[key]` or `PARTNERS[who].style` may be; nothing where that is not known."""
    return list(islice(_found(code, node, place, 0), MAX_OPTIONS))


def _found(code: Program, node: Node, place: Place, level: int) -> Iterator[Definition]:
    at = code.resolve(node, place)
    node = at.node
    if node.type not in ("member_expression", "subscript_expression"):
        yield at
        return
    holder = node.child_by_field_name("object")
    if holder is None or level > MAX_LEVELS:
        return
    for held in list(islice(_found(code, holder, at.place, level + 1), MAX_OPTIONS)):
        yield from _values(code, held, node)


def _values(code: Program, held: Definition, node: Node) -> Iterator[Definition]:
    """Yield the values at a property or an index; all of them, where only the program knows which."""
    index = node.child_by_field_name("index")
    if held.node.type == "object":
        values, name = code.entries(held.node), _name(node, index)
        found = [*values.values()] if name is None else [values[name]] if name in values else []
    elif held.node.type == "array" and index is not None:
        items = [child for child in held.node.named_children if child.type not in ("comment", "spread_element")]
        place = int(tree.text_of(index)) if index.type == "number" and tree.text_of(index).isdecimal() else None
        found = items if place is None else items[place : place + 1]
    else:
        return
    yield from (Definition(value, held.place) for value in found)


def _name(node: Node, index: Node | None) -> str | None:
    if index is None:
        return tree.text_of(node.child_by_field_name("property"))
    return strings.literal(index) if index.type == "string" else None
