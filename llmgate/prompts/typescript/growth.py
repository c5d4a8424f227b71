"""The places of a file → the texts that `+=` adds to, each addition with the conditions that it stands under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import folding, source, tree
from llmgate.prompts.typescript.definitions import Definition, Grown
from llmgate.prompts.typescript.tree import Spot

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = frozenset({"for_in_statement", "for_statement", "while_statement", "do_statement"})


@dataclass(frozen=True, slots=True)
class _Guard:
    start: int
    end: int
    words: str


@dataclass(slots=True)
class _Guards:
    """The conditions around the places of a file, which come in the source's order."""

    around: list[_Guard] = field(default_factory=list)

    def enter(self, node: Node) -> None:
        while self.around and self.around[-1].end <= node.start_byte:
            self.around.pop()
        self.around += [_Guard(inner.start_byte, inner.end_byte, words) for inner, words in _guarded(node)]

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


def _guarded(node: Node) -> Iterator[tuple[Node, str]]:
    """Yield what a statement does on a condition, in words; the last first, so that what ends first is popped first."""
    if node.type not in _LOOPS and node.type != "if_statement":
        return
    told = node.child_by_field_name("condition") or node.child_by_field_name("right")
    words = folding.shortened(source.normal(tree.unwrapped(told))) if told else ""
    for name, before in (("alternative", "else of"), ("consequence", "if"), ("body", "loop")):
        if inner := node.child_by_field_name(name):
            yield inner, f"{before} {words}"


def _left(node: Node) -> str:
    return tree.text_of(node.child_by_field_name("left"))


def _is_other(node: Node) -> bool:
    """Tell whether an assignment does something else than to add."""
    if node.type != "augmented_assignment_expression":
        return False
    return tree.text_of(node.child_by_field_name("operator")) != "+="
