"""An expression → the text that it is known to make, with a slot for each part that only the running program knows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from llmgate.prompts.typescript import source, strings, tree
from llmgate.prompts.typescript.program import Program
from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CHARS = 512 * 1024
MAX_TOTAL_CHARS = 16 * MAX_CHARS
CHARS_OF_A_NAME = 50  # what a name that a text is made of takes in memory, compared with its characters
MAX_LEVELS = 60
MAX_LISTS = 5_000
MAX_MARK_CHARS = 1_000

_PATH = re.compile(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*")
_MAX_NAME_CHARS = 80
_NAME_CHARS = str.maketrans({"{": "(", "}": ")", "[": "(", "]": ")", "!": "~", ":": "|"})
_BRACES = str.maketrans("{}", "()")
_MARK = re.compile("\x02([0-9]+)\x03")


class Piece(NamedTuple):
    """Literal text, or a slot: `expression` is then its source, and `text` its name."""

    text: str
    expression: str | None = None


Text = tuple[Piece, ...]
Found = tuple[Text | None, frozenset[int]]


class TooLong(ValueError):
    """A text, or all of them, would exceed its bound, as constants that name each other twice would make it."""


def slot(expression: str) -> Piece:
    """Name a slot by its expression; what a field of a format string cannot hold is written otherwise, or cut."""
    if _PATH.fullmatch(expression):
        return Piece(expression, expression)
    name = expression.translate(_NAME_CHARS)
    return Piece(name if len(name) <= _MAX_NAME_CHARS else name[: _MAX_NAME_CHARS - 1] + "…", expression)


def mark(words: str) -> Piece:
    """Write a condition as a field with a format and no name, which no rendering fills."""
    words = shortened(words)
    return Piece(":" + words.translate(_BRACES), words)


def shortened(words: str) -> str:
    """Cut a condition that would be repeated with all that depends on it."""
    return words if len(words) <= MAX_MARK_CHARS else words[:MAX_MARK_CHARS] + "…"


def is_mark(piece: Piece) -> bool:
    return piece.expression is not None and piece.text.startswith(":")


def words(text: Text) -> str:
    """Return the literal text alone."""
    return "".join(piece.text if piece.expression is None else " " for piece in text)


def plain(text: Text | None) -> str | None:
    """Return the text where all of it is known."""
    if text is None or any(piece.expression is not None for piece in text):
        return None
    return "".join(piece.text for piece in text)


@dataclass(slots=True, kw_only=True)
class Folder:
    """Folds the expressions of one file; `used` are the definitions that went into a text, by their nodes' ids."""

    program: Program
    used: set[int] = field(default_factory=set)
    known: dict[int, Found] = field(default_factory=dict)
    branched: dict[int, Found] = field(default_factory=dict)
    lists: int = MAX_LISTS
    left: int = MAX_TOTAL_CHARS

    def text(self, node: Node, place: Place) -> Text | None:
        """Return what an expression is known to say, or None where it is no text that stands here."""
        made, used = self._fold(node, place, 0)
        self.used |= used
        return made

    def peek(self, node: Node, place: Place) -> Text | None:
        """Do as `text`, without counting what it is made of as used."""
        return self._fold(node, place, 0)[0]

    def made(self, node: Node, place: Place) -> Found:
        """Return the text, and the definitions that went into it."""
        return self._fold(node, place, 0)

    def _fold(self, node: Node, place: Place, level: int) -> Found:
        node = tree.unwrapped(node)
        if node.id in self.known:
            return self.known[node.id]
        if level > MAX_LEVELS:
            return None, frozenset()
        self.known[node.id] = (None, frozenset())  # what is made of itself is no text
        used: set[int] = set()
        made = self._made(node, place, level, used)
        size = sum(len(piece.text) for piece in made or ())
        self.left -= size + len(used) * CHARS_OF_A_NAME
        if size > MAX_CHARS or self.left < 0:
            raise TooLong
        found = made, frozenset(used)
        self.known[node.id] = found
        return found

    def _made(self, node: Node, place: Place, level: int, used: set[int]) -> Text | None:
        match node.type:
            case "string":
                return (Piece(strings.literal(node)),)
            case "template_string":
                return self._template(node, place, level, used)
            case "binary_expression":
                return self._sum(node, place, level, used)
            case "call_expression":
                return self._call(node, place, level, used)
            case "identifier" | "member_expression" | "shorthand_property_identifier":
                return self._name(node, place, level, used)
            case _:
                return None

    def _inner(self, node: Node, place: Place, level: int, used: set[int]) -> Text | None:
        made, more = self._fold(node, place, level + 1)
        used |= more
        return made

    def _or_slot(self, node: Node, place: Place, level: int, used: set[int]) -> Text:
        return self._inner(node, place, level, used) or (slot(source.normal(node)),)

    def _template(self, node: Node, place: Place, level: int, used: set[int], *, raw: bool = False) -> Text:
        found: list[Piece] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                found += self._or_slot(child.named_children[0], place, level, used) if child.named_children else ()
            else:
                found.append(Piece(strings.part(child, raw=raw)))
        return merged(found)

    def _sum(self, node: Node, place: Place, level: int, used: set[int]) -> Text | None:
        """Fold `a + b + …`, where one of them at least is a text."""
        operands: list[Node] = []
        left: Node | None = node
        while left is not None and left.type == "binary_expression" and _operator(left) == "+":
            if right := left.child_by_field_name("right"):
                operands.append(right)
            left = left.child_by_field_name("left")
        if left is None or not operands:
            return None
        parts = [(each, self._inner(each, place, level, used)) for each in [left, *reversed(operands)]]
        if all(made is None for _, made in parts):
            return None
        return merged(piece for each, made in parts for piece in made or (slot(source.normal(each)),))

    def _call(self, node: Node, place: Place, level: int, used: set[int]) -> Text | None:
        """Fold a tagged template, `text.trim()` or `[…].join("…")`; what any other call makes is not known."""
        called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if called is None or given is None:
            return None
        if given.type == "template_string":
            return self._tagged(tree.text_of(called), given, place, level, used)
        held, method = called.child_by_field_name("object"), tree.text_of(called.child_by_field_name("property"))
        if held is None or called.type != "member_expression":
            return None
        if method == "trim" and not given.named_child_count:
            made = self._inner(held, place, level, used)
            return made and stripped(made)
        return self._joined(held, given, place, level, used) if method == "join" else None

    def _tagged(self, tag: str, node: Node, place: Place, level: int, used: set[int]) -> Text | None:
        if tag == "String.raw":
            return self._template(node, place, level, used, raw=True)
        laid = strings.TAGS.get(tag)
        return _laid_out(self._template(node, place, level, used), laid) if laid else None

    def _joined(self, held: Node, given: Node, place: Place, level: int, used: set[int]) -> Text | None:
        found = self.program.resolve(held, place)
        separator = ","
        if given.named_child_count:
            between = plain(self._inner(given.named_children[0], place, level, used))
            if between is None:
                return None
            separator = between
        items = [child for child in found.node.named_children if child.type != "comment"]
        if found.node.type != "array" or any(child.type == "spread_element" for child in items):
            return None
        used.add(found.node.id)
        pieces: list[Piece] = []
        for place_in_list, child in enumerate(items):
            pieces += [Piece(separator)] if place_in_list else []
            pieces += self._or_slot(child, found.place, level, used)
        return merged(pieces)

    def _name(self, node: Node, place: Place, level: int, used: set[int]) -> Text | None:
        found = self.program.resolve(node, place)
        if found.node == node:
            return None
        used.add(found.node.id)
        return self._inner(found.node, found.place, level, used)


def merged(pieces: Iterable[Piece]) -> Text:
    """Join neighbouring literals, so that equal texts are equal however they are put together."""
    found: list[Piece] = []
    for literal, group in itertools.groupby(pieces, lambda piece: piece.expression is None):
        run = list(group)
        found += [Piece(strings.joined([piece.text for piece in run]))] if literal else run
    return tuple(piece for piece in found if piece.text or piece.expression is not None)


def stripped(text: Text) -> Text:
    """Do what `.trim()` does, as far as the literal text at both ends tells."""
    pieces = list(text)
    if pieces and pieces[0].expression is None:
        pieces[0] = Piece(pieces[0].text.lstrip())
    if pieces and pieces[-1].expression is None:
        pieces[-1] = Piece(pieces[-1].text.rstrip())
    return merged(pieces)


def _laid_out(text: Text, layout: Callable[[str], str]) -> Text:
    slots = [piece for piece in text if piece.expression is not None]
    places = iter(range(len(slots)))
    whole = "".join(piece.text if piece.expression is None else f"\x02{next(places)}\x03" for piece in text)
    cut = _MARK.split(layout(whole))
    return merged(Piece(part) if place % 2 == 0 else slots[int(part)] for place, part in enumerate(cut))


def _operator(node: Node) -> str:
    return tree.text_of(node.child_by_field_name("operator"))
