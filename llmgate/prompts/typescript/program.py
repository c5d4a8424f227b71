"""A syntax tree → what its names mean: constants, fields, imports, and all places of the file in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import tree
from llmgate.prompts.typescript.tree import Place, Spot

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_LINKS = 20

_ASSIGNMENTS = ("assignment_expression", "augmented_assignment_expression")


@dataclass(frozen=True, slots=True)
class Definition:
    """The value that a name is given once and for all, and where it stands."""

    node: Node
    place: Place


@dataclass(slots=True, kw_only=True)
class Program:
    """One file. `constants` are by the function that they stand in (0 is the file itself) and their name.

    `assigned` is the source of what gives a name another value later.
    """

    root: Node
    spots: tuple[Spot, ...]
    constants: dict[tuple[int, str], Definition] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, list[str]] = field(default_factory=dict)

    def constant(self, name: str, place: Place) -> Definition | None:
        """Return what a name means at a place, where it is defined once in this file and never assigned again."""
        known = (self.constants.get((scope, name)) for scope in reversed(place.scopes))
        return next((found for found in known if found), None)

    def resolve(self, node: Node, place: Place) -> Definition:
        """Follow names and members of constant objects to the value they stand for, as far as this file tells."""
        at = Definition(tree.unwrapped(node), place)
        for _ in range(MAX_LINKS):
            found = self._step(at)
            if found is None:
                break
            at = Definition(tree.unwrapped(found.node), found.place)
        return at

    def _step(self, at: Definition) -> Definition | None:
        node = at.node
        if node.type in ("identifier", "shorthand_property_identifier"):
            return self.constant(tree.text_of(node), at.place)
        if node.type != "member_expression":
            return None
        holder, name = node.child_by_field_name("object"), tree.text_of(node.child_by_field_name("property"))
        if holder is None:
            return None
        if holder.type == "this":
            return self.constants.get((0, f"this.{name}"))
        if holder.type != "identifier" or (known := self.constant(tree.text_of(holder), at.place)) is None:
            return None
        held = tree.unwrapped(known.node)
        value = entries(held).get(name) if held.type == "object" else None
        return Definition(value, known.place) if value else None


def entries(node: Node) -> dict[str, Node]:
    """Return the values of an object literal by key; methods and spreads are left out."""
    found: dict[str, Node] = {}
    for child in node.named_children:
        if child.type == "pair" and (value := child.child_by_field_name("value")):
            found[tree.key_of(child.child_by_field_name("key"))] = value
        elif child.type == "shorthand_property_identifier":
            found[tree.text_of(child)] = child
    return found


def spreads(node: Node) -> list[Node]:
    """Return what stands in an object literal and has no value of its own: spreads and methods."""
    named = ("pair", "shorthand_property_identifier", "comment")
    return [child for child in node.named_children if child.type not in named]


def read(root: Node) -> Program:
    """Raise tree.TooDeep where the source cannot be read as a whole."""
    spots = tuple(tree.walk(root))
    assigned: dict[str, list[str]] = {}
    for node in (spot.node for spot in spots if spot.node.type in _ASSIGNMENTS):
        assigned.setdefault(tree.text_of(node.child_by_field_name("left")), []).append(tree.text_of(node))
    defined = [(key, found) for spot in spots for key, found in _definitions(spot) if key[1] not in assigned]
    times = Counter(key for key, _ in defined)
    constants = {key: found for key, found in defined if times[key] == 1}
    return Program(root=root, spots=spots, constants=constants, imports=dict(_imports(spots)), assigned=assigned)


def _definitions(spot: Spot) -> Iterator[tuple[tuple[int, str], Definition]]:
    node = spot.node
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if value is None or name is None:
        return
    found = Definition(value, spot.place)
    if node.type == "variable_declarator" and name.type == "identifier":
        yield (spot.place.scopes[-1], tree.text_of(name)), found
    elif node.type == "public_field_definition":
        yield (0, f"this.{tree.text_of(name)}"), found


def _imports(spots: tuple[Spot, ...]) -> Iterator[tuple[str, str]]:
    for spot in spots:
        if spot.node.type != "import_statement":
            continue
        module = tree.text_of(spot.node.child_by_field_name("source")).strip("\"'")
        clauses = [child for child in spot.node.named_children if child.type == "import_clause"]
        for name in (name for clause in clauses for name in _names(clause)):
            yield name, module


def _names(clause: Node) -> Iterator[str]:
    for child in clause.named_children:
        if child.type == "identifier":
            yield tree.text_of(child)
        for inner in child.named_children if child.type in ("named_imports", "namespace_import") else ():
            yield tree.text_of(inner.child_by_field_name("alias") or inner.child_by_field_name("name") or inner)
