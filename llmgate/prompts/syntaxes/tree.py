"""Texts and tags → a tree of what a Mustache or Handlebars template prints, repeats and includes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal, NamedTuple

from llmgate.prompts.syntaxes.tags import Kind, Tag, Tagged, Unreadable

MAX_DEPTH = 50


class Text(NamedTuple):
    text: str


class Print(NamedTuple):
    """A placeholder; `raw` is False where HTML is escaped, by programs that do so."""

    what: str
    line: int
    raw: bool


class Partial(NamedTuple):
    what: str
    line: int
    indent: str


class Block(NamedTuple):
    """A section or a block helper: what it renders, and what it renders otherwise."""

    what: str
    line: int
    body: tuple[Node, ...]
    other: tuple[Node, ...]


Node = Text | Print | Partial | Block


@dataclass(slots=True, kw_only=True)
class _Open:
    """A block that is not closed yet. `chained` blocks came of `{{else if}}` and close with the one around them."""

    tag: Tag
    chained: bool = False
    inverse: bool = False
    body: list[Node] = field(default_factory=list)
    other: list[Node] = field(default_factory=list)

    @property
    def nodes(self) -> list[Node]:
        return self.other if self.inverse else self.body

    def closed(self) -> Block:
        return Block(self.tag.what, self.tag.line, tuple(self.body), tuple(self.other))


def build(tagged: Tagged, named: Callable[[str], str]) -> tuple[Node, ...]:
    """Nest the blocks; `named` gives the name that closes a block of what opens it.

    Raises:
        Unreadable: where a block is not closed, or not the one that is.
    """
    top = _Open(tag=Tag(kind=Kind.OPEN, what="", line=1))
    stack = [top]
    for text, tag in zip_longest(tagged.texts, tagged.tags):
        if text:
            stack[-1].nodes.append(Text(text))
        if tag:
            _place(stack, tag, named)
    if len(stack) > 1:
        last = stack[-1].tag
        raise Unreadable(last.line, f"{_shown(last.what)} is not closed")
    return tuple(top.body)


def _place(stack: list[_Open], tag: Tag, named: Callable[[str], str]) -> None:
    match tag.kind:
        case Kind.OPEN | Kind.INVERSE:
            _guard(stack, tag)
            stack.append(_Open(tag=tag, inverse=tag.kind is Kind.INVERSE))
        case Kind.ELSE:
            _turn(stack, tag)
        case Kind.CLOSE:
            _close(stack, tag, named)
        case Kind.PARTIAL:
            stack[-1].nodes.append(Partial(tag.what, tag.line, tag.indent))
        case Kind.PRINT | Kind.RAW:
            stack[-1].nodes.append(Print(tag.what, tag.line, tag.kind is Kind.RAW))
        case Kind.COMMENT:
            pass


def _guard(stack: list[_Open], tag: Tag) -> None:
    if len(stack) > MAX_DEPTH:
        raise Unreadable(tag.line, f"its blocks nest deeper than {MAX_DEPTH} levels")


def _turn(stack: list[_Open], tag: Tag) -> None:
    """Begin the other branch of the innermost block, and in it a block where the tag is `{{else if …}}`."""
    current = stack[-1]
    if len(stack) == 1 or current.inverse:
        raise Unreadable(tag.line, "{{else}} stands in no block, in one of {{^…}}, or for the second time in one")
    current.inverse = True
    if tag.what:
        _guard(stack, tag)
        stack.append(_Open(tag=tag, chained=True))


def _close(stack: list[_Open], tag: Tag, named: Callable[[str], str]) -> None:
    while stack[-1].chained:
        done = stack.pop()
        stack[-1].nodes.append(done.closed())
    opened = stack[-1].tag
    if len(stack) == 1 or named(opened.what) != tag.what:
        wanted = f"; {_shown(opened.what)} of line {opened.line} is open" if len(stack) > 1 else ""
        raise Unreadable(tag.line, f"{{{{/{tag.what[:80]}}}}} closes nothing{wanted}")
    done = stack.pop()
    stack[-1].nodes.append(done.closed())


def _shown(what: str) -> str:
    return "{{#" + what[:80] + "}}"


class Step(NamedTuple):
    """One step of a walk: a node, or the word that ends a block's branch. `depth` counts the blocks around it."""

    node: Node | Literal["else", "end"]
    depth: int


def walk(nodes: tuple[Node, ...], depth: int = 0) -> Iterator[Step]:
    """Yield every node in the template's order, and where the branches of blocks end."""
    for node in nodes:
        yield Step(node, depth)
        if isinstance(node, Block):
            yield from walk(node.body, depth + 1)
            if node.other:
                yield Step("else", depth)
                yield from walk(node.other, depth + 1)
            yield Step("end", depth)
