"""The places of a file → the texts that `+=` adds to, each addition with the conditions that it stands under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import source, tree
from llmgate.prompts.typescript.definitions import Definition, Grown
from llmgate.prompts.typescript.tree import Spot

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = frozenset({"for_in_statement", "for_statement", "while_statement", "do_statement"})


@dataclass(frozen=True, slots=True)
class _Guard:
    start: int
    end: int
    node: Node
    negated: bool

    @property
    def words(self) -> str:
        if self.node.type != "if_statement":
            return f"loop {source.normal(self.node.child_by_field_name('right') or self.node.children[0])}"
        condition = source.normal(tree.unwrapped(self.node.child_by_field_name("condition") or self.node))
        return f"else of {condition}" if self.negated else f"if {condition}"


@dataclass(slots=True)
class _Guards:
    """The conditions around the places of a file, which come in the source's order."""

    around: list[_Guard] = field(default_factory=list)

    def enter(self, node: Node) -> None:
        while self.around and self.around[-1].end <= node.start_byte:
            self.around.pop()
        for inner, negated in _guarded(node):
            self.around.append(_Guard(inner.start_byte, inner.end_byte, node, negated))

    def of(self, node: Node, since: int) -> tuple[str, ...]:
        return tuple(each.words for each in self.around if since < each.start <= node.start_byte < each.end)


def read(spots: tuple[Spot, ...], declared: Mapping[tuple[int, str], Definition]) -> dict[tuple[int, str], Grown]:
    """Return what grows, by the function that it is declared in and its name; what is assigned anew does not."""
    assigned = {_left(spot.node) for spot in spots if spot.node.type == "assignment_expression" or _is_other(spot.node)}
    added: dict[tuple[int, str], list[Definition]] = {}
    guards = _Guards()
    for spot in spots:
        guards.enter(spot.node)
        name, right = _left(spot.node), spot.node.child_by_field_name("right")
        if spot.node.type != "augmented_assignment_expression" or name in assigned or right is None:
            continue
        key = next((key for scope in reversed(spot.place.scopes) if (key := (scope, name)) in declared), None)
        if key is not None:
            words = guards.of(spot.node, declared[key].node.start_byte)
            added.setdefault(key, []).append(Definition(right, spot.place, words))
    return {key: Grown(declared[key], tuple(parts)) for key, parts in added.items()}


def _guarded(node: Node) -> Iterator[tuple[Node, bool]]:
    """Yield what a statement does on a condition; the last first, so that what ends first is popped first."""
    fields = ("alternative", "consequence") if node.type == "if_statement" else ("body",)
    if node.type == "if_statement" or node.type in _LOOPS:
        yield from ((inner, name == "alternative") for name in fields if (inner := node.child_by_field_name(name)))


def _left(node: Node) -> str:
    return tree.text_of(node.child_by_field_name("left"))


def _is_other(node: Node) -> bool:
    """Tell whether an assignment does something else than to add."""
    if node.type != "augmented_assignment_expression":
        return False
    return tree.text_of(node.child_by_field_name("operator")) != "+="
