"""A value of a request that is no text → JSON, or its source with that of the constants that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmgate.prompts.typescript import literals, source, tree
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from pydantic import JsonValue
    from tree_sitter import Node

MAX_CLOSURE = 50
TOOLS = frozenset({"tool", "dynamicTool", "createTool"})


def of(folder: Folder, node: Node, place: Place) -> JsonValue:
    """Return a literal as JSON, and any other value as its source with that of the constants that it is made of."""
    try:
        return literals.value(folder, node, place)
    except literals.NotLiteral:
        pass
    pending, told = [(node, place)], ""
    where: dict[str, JsonValue] = {}
    while pending and len(where) < MAX_CLOSURE:
        each, at = pending.pop()
        told = told or source.normal(each, sent=True)
        for name in source.names(each):
            known = folder.program.constant(name, at)
            if known is not None and name not in where:
                if folder.text(known.node, known.place) is not None or _is_tool(known.node):
                    folder.used.add(tree.unwrapped(known.node).id)
                where[name] = source.normal(known.node, sent=True)
                pending.append((known.node, known.place))
    return {"source": told, "where": dict(sorted(where.items()))} if where else told


def _is_tool(node: Node) -> bool:
    node = tree.unwrapped(node)
    return node.type == "call_expression" and tree.callee_of(node).rpartition(".")[2] in TOOLS
