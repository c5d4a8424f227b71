"""Object, array, number and other literals of JavaScript → JSON, where all of it stands in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmgate.prompts.typescript import folding, tree
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from pydantic import JsonValue
    from tree_sitter import Node

MAX_LEVELS = 30


class NotLiteral(Exception):
    """Some of the value is only known when the program runs."""


def value(folder: Folder, node: Node, place: Place, level: int = 0) -> JsonValue:
    """Return a literal as JSON; raises NotLiteral."""
    found = folder.program.resolve(node, place)
    node, place = found.node, found.place
    if level > MAX_LEVELS:
        raise NotLiteral
    match node.type:
        case "object":
            return dict(_pair(folder, child, place, level) for child in _children(node))
        case "array":
            return [value(folder, child, place, level + 1) for child in _children(node)]
        case "number" | "unary_expression":
            return _number(tree.text_of(node))
        case "true" | "false":
            return node.type == "true"
        case "null":
            return None
        case _:
            return _text(folder, node, place)


def _children(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _pair(folder: Folder, node: Node, place: Place, level: int) -> tuple[str, JsonValue]:
    if node.type == "shorthand_property_identifier":
        return tree.text_of(node), value(folder, node, place, level + 1)
    key, inner = tree.key_of(node.child_by_field_name("key")), node.child_by_field_name("value")
    if node.type != "pair" or not key or inner is None:
        raise NotLiteral
    return key, value(folder, inner, place, level + 1)


def _number(source: str) -> JsonValue:
    written = source.replace("_", "").replace(" ", "")
    try:
        return int(written) if written.lstrip("-").isdecimal() else float(written)
    except ValueError:
        raise NotLiteral from None


def _text(folder: Folder, node: Node, place: Place) -> str:
    text = folding.plain(folder.text(node, place))
    if text is None:
        raise NotLiteral
    return text
