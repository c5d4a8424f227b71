"""A syntax tree → what its names mean: constants, fields, imports, and all places of the file in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from llmgate.prompts.typescript import growth, tree
from llmgate.prompts.typescript.definitions import Definition, Grown
from llmgate.prompts.typescript.tree import Place, Spot

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_LINKS = 20

_Known = TypeVar("_Known")

_ASSIGNMENTS = ("assignment_expression", "augmented_assignment_expression")


@dataclass(slots=True, kw_only=True)
class Program:
    """One file. `constants` are by the function that they stand in (0 is the file itself) and their name.

    `assigned` is the source of what gives a name another value later. So are `defaults`, the values of parameters that
    nothing is given for, and `grown`, the texts that `+=` adds to. `returned` is what functions return, and `labels`
    what named values are called, by the ids of nodes.
    """

    root: Node
    spots: tuple[Spot, ...]
    constants: dict[tuple[int, str], Definition] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, list[str]] = field(default_factory=dict)
    defaults: dict[tuple[int, str], Definition] = field(default_factory=dict)
    grown: dict[tuple[int, str], Grown] = field(default_factory=dict)
    functions: dict[tuple[int, str], int] = field(default_factory=dict)
    returned: dict[int, list[Definition]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    held: dict[int, dict[str, Node]] = field(default_factory=dict)

    def entries(self, node: Node) -> dict[str, Node]:
        """Return the values of an object literal by key, read once for all who ask."""
        if node.id not in self.held:
            self.held[node.id] = entries(node)
        return self.held[node.id]

    def constant(self, name: str, place: Place) -> Definition | None:
        """Return what a name means at a place, where it is defined once in this file and never assigned again."""
        return innermost(self.constants, name, place)

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
        value = self.entries(held).get(name) if held.type == "object" else None
        return Definition(value, known.place) if value else None


def innermost(named: Mapping[tuple[int, str], _Known], name: str, place: Place) -> _Known | None:
    """Return what has a name in the innermost function that knows it."""
    known = (named.get((scope, name)) for scope in reversed(place.scopes))
    return next((found for found in known if found), None)


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
    every = [pair for spot in spots for pair in _definitions(spot)]
    return Program(
        root=root,
        spots=spots,
        constants=_once(pair for pair in every if pair[0][1] not in assigned),
        imports=dict(_imports(spots)),
        assigned=assigned,
        defaults=_once(pair for spot in spots for pair in _defaults(spot) if pair[0][1] not in assigned),
        grown=growth.read(spots, _once(every)),
        functions=_once(pair for spot in spots for pair in _functions(spot)),
        returned=_returned(spots),
        labels={tree.unwrapped(spot.node).id: spot.label for spot in spots if spot.named},
    )


def _once(defined: Iterable[tuple[tuple[int, str], _Known]]) -> dict[tuple[int, str], _Known]:
    """Keep the names that are defined just once."""
    every = list(defined)
    times = Counter(key for key, _ in every)
    return {key: found for key, found in every if times[key] == 1}


def _defaults(spot: Spot) -> Iterator[tuple[tuple[int, str], Definition]]:
    node = spot.node
    if node.type == "required_parameter":
        name, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    elif node.type in ("object_assignment_pattern", "assignment_pattern"):
        name, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    else:
        return
    if name is not None and value is not None and name.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield (spot.place.scopes[-1], tree.text_of(name)), Definition(value, spot.place)


def _functions(spot: Spot) -> Iterator[tuple[tuple[int, str], int]]:
    """Yield the functions that have names, methods as `this.name`."""
    if spot.node.type not in tree.FUNCTIONS:
        return
    name = tree.key_of(spot.node.child_by_field_name("name"))
    if spot.node.type == "method_definition":
        yield (0, f"this.{name}"), spot.node.id
    elif name or (spot.named and spot.label.isidentifier()):
        yield (spot.place.scopes[-1], name or spot.label), spot.node.id


def _returned(spots: tuple[Spot, ...]) -> dict[int, list[Definition]]:
    found: dict[int, list[Definition]] = {}
    for spot in spots:
        if spot.named and spot.returned:
            found.setdefault(spot.place.scopes[-1], []).append(Definition(spot.node, spot.place))
    return found


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
