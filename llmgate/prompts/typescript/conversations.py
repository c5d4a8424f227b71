"""Messages and bodies of requests that are given to no known call → the units that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmgate.prompts.prompt import Rule
from llmgate.prompts.typescript import branches, folding, program, prose, units
from llmgate.prompts.typescript.definitions import Definition
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.messages import Messages
from llmgate.prompts.typescript.prose import Strength
from llmgate.prompts.typescript.tree import Place, Spot
from llmgate.prompts.typescript.units import Unit

if TYPE_CHECKING:
    from tree_sitter import Node

MESSAGE = Rule("typescript.message", "a message to a model, with its role")
ASKED = Rule("typescript.asked", "a call is given a user's message that is worded for a model", certain=False)

_OWN_ROLES = frozenset({"system", "developer"})
_SESSIONS = {"session.update": "session", "response.create": "response"}


def read(folder: Folder, spot: Spot) -> Unit | None:
    """Read a message that says its role, or a list of them, that no known call is given."""
    if _OWN_ROLES & {_role(folder, item, spot.place) for item in _items(spot.node)}:
        return _unit(folder, spot, spot.node, spot.place, units.empty(spot, "messages", MESSAGE, kept=True))
    return None


def asked(folder: Folder, spot: Spot, callee: str, items: list[Node]) -> Unit | None:
    """Read a call that is given a user's messages, alone or as `messages`, whatever it is that is called."""
    name = callee.rpartition(".")[2]
    if name.startswith("set"):  # the state of a page: what a visitor sees
        return None
    for item in items:
        told = program.entries(item).get("messages") if item.type == "object" else item
        if told is None or told.type != "array":
            continue
        roles = {_role(folder, each, spot.place) for each in _items(told)}
        if "user" in roles and not roles & _OWN_ROLES:  # a list that has these is found by itself
            contents = [program.entries(each).get("content") for each in _items(told)]
            texts = [branches.peek(folder, each, spot.place) for each in contents if each]
            if any(prose.is_prompt(folding.words(text), Strength.STRONG) for text in texts if text):
                return _unit(folder, spot, told, spot.place, units.empty(spot, name, ASKED, kept=False))
    return None


def session(folder: Folder, node: Node, place: Place) -> tuple[str, Node] | None:
    """Return the event of a realtime session that an object is, and the options that it sets."""
    values = program.entries(node)
    event = folding.plain(folder.peek(values["type"], place)) if "type" in values else None
    inner = values.get(_SESSIONS.get(event or "", ""))
    return (event, inner) if event and inner is not None and inner.type == "object" else None


def _items(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type == "object"] if node.type == "array" else [node]


def _unit(folder: Folder, spot: Spot, told: Node, place: Place, unit: Unit) -> Unit | None:
    messages = Messages()
    if told.type == "array":
        messages.items(folder, "user", Definition(told, place))
    else:
        messages.message(folder, "user", spot.node, place)
    unit.said = messages.said
    if messages.rest:
        unit.beside["messages"] = [*messages.rest]
    return unit if unit.speaks else None


def _role(folder: Folder, node: Node, place: Place) -> str | None:
    values = program.entries(node)
    named = values.get("role")
    return folding.plain(branches.peek(folder, named, place)) if named and "content" in values else None
