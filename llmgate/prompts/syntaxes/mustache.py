"""A Mustache template → its text, the names and sections in it, and the text once it is filled.

https://mustache.github.io/mustache.5.html; the rules of white space and lookup are those of
https://github.com/mustache/spec 1.4. Inheritance, dynamic names and lambdas are optional there, and refused here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from llmgate.prompts.prompt import Syntax
from llmgate.prompts.syntaxes import Reference, Refusal, Scanned
from llmgate.prompts.syntaxes.filling import Filling, Template, at, missing, printed
from llmgate.prompts.syntaxes.parts import Parts
from llmgate.prompts.syntaxes.tags import Kind, Tag, Tagged, Unreadable, trimmed
from llmgate.prompts.syntaxes.tree import Block, Node, Partial, Print, Text, build, walk

if TYPE_CHECKING:
    from pydantic import JsonValue

_KINDS = {
    "#": Kind.OPEN,
    "^": Kind.INVERSE,
    "/": Kind.CLOSE,
    ">": Kind.PARTIAL,
    "!": Kind.COMMENT,
    "=": Kind.COMMENT,
    "&": Kind.RAW,
    "{": Kind.RAW,
}
_OPTIONAL = frozenset("<$")
_DELIMITERS = re.compile(r"\s*([^\s=]{1,20})\s+([^\s=]{1,20})\s*")
_ESCAPES = str.maketrans({"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;"})


def scan(text: str) -> Scanned:
    try:
        nodes = _tree(text)
    except Unreadable as error:
        return Scanned(refusal=Refusal(error.line, f"not a Mustache template: {error.reason}"))
    parts = Parts()
    for node, depth in walk(nodes):
        match node:
            case Text(text):
                parts.say(text)
            case Print(name, _, raw):
                parts.name(name, "raw" if raw else "placeholder")
                parts.read.add(_root(name))
            case Partial(name, line, indent):
                parts.logic.append(("partial", f"{indent}{name}"))
                parts.references.append(Reference(names=(name,), line=line, always=depth == 0))
            case Block(name):
                parts.logic.append(("section", name))
                parts.read.add(_root(name))
            case "else" | "end":
                parts.logic.append((node, ""))
    return parts.scanned()


def fill(template: Template, variables: Mapping[str, JsonValue]) -> str:
    """Put values in.

    Raises:
        RenderError: where a variable that is printed is missing, or the result or the work exceeds the limits.
    """
    filling = Filling(template=template, syntax=Syntax.MUSTACHE, read=_tree)
    try:
        _fill(filling, _tree(template.text), [dict(variables)])
    except Unreadable as error:
        raise filling.refused(error.line, f"not a Mustache template: {error.reason}") from error
    return "".join(filling.pieces)


def _fill(filling: Filling, nodes: tuple[Node, ...], stack: list[JsonValue]) -> None:
    for node in nodes:
        filling.spend()
        match node:
            case Text(text):
                filling.put(text)
            case Print(name, line, raw):
                text = _printed(filling, name, line, stack)
                filling.put(text.translate(_ESCAPES) if filling.template.escaped and not raw else text)
            case Partial(name, line, indent):
                with filling.inside(filling.partial(name, line), line) as source:
                    _fill(filling, _included(filling, _indented(source, indent)), stack)
            case Block():
                with filling.deeper(node.line):
                    _section(filling, node, stack)


def _section(filling: Filling, node: Block, stack: list[JsonValue]) -> None:
    found = _look_up(node.what, stack)
    value = found[0] if found else None
    if value is None or value == [] or value in (False, 0, ""):
        _fill(filling, node.other, stack)
        return
    for item in value if isinstance(value, list) else [value]:
        filling.spend()
        _fill(filling, node.body, [*stack, item])


def _printed(filling: Filling, name: str, line: int, stack: list[JsonValue]) -> str:
    found = _look_up(name, stack)
    if found is None:
        raise missing(filling, name, line)
    return printed(filling, found[0], name, line)


def _look_up(name: str, stack: list[JsonValue]) -> tuple[JsonValue] | None:
    """Find the first part of a dotted name in the nearest context that has it, and the others below it."""
    if name == ".":
        return (stack[-1],)
    first, *rest = name.split(".")
    found = next((value for context in reversed(stack) if (value := at(context, first)) is not None), None)
    for part in rest:
        found = at(found[0], part) if found else None
    return found


def _root(name: str) -> str:
    return name.split(".", 1)[0]


def _indented(source: str, indent: str) -> str:
    """Put the white space before a partial before each line of its source."""
    return re.sub(r"^(?=[^\n])", indent, source, flags=re.MULTILINE) if indent else source


def _included(filling: Filling, source: str) -> tuple[Node, ...]:
    try:
        return _tree(source)
    except Unreadable as error:
        raise filling.refused(error.line, f"not a Mustache template: {error.reason}") from error


@lru_cache(maxsize=256)
def _tree(text: str) -> tuple[Node, ...]:
    return build(trimmed(_tagged(text)), lambda what: what)


def _tagged(text: str) -> Tagged:
    texts: list[str] = []
    tags: list[Tag] = []
    opening, closing = "{{", "}}"
    position, line = 0, 1
    while (start := text.find(opening, position)) >= 0:
        texts.append(text[position:start])
        line += text.count("\n", position, start)
        tag, end = _tag(text, start + len(opening), line, closing)
        tags.append(tag)
        line += text.count("\n", start, end)
        position = end
        if text.startswith("=", start + len(opening)):
            opening, closing = _delimiters(tag)
    return Tagged(texts=(*texts, text[position:]), tags=tuple(tags))


def _tag(text: str, start: int, line: int, closing: str) -> tuple[Tag, int]:
    """Read one tag; return it and where the text goes on."""
    sigil = text[start : start + 1]
    triple = {"{": "}", "=": "="}.get(sigil, "")
    end = text.find(triple + closing, start + len(triple))
    if end < 0:
        raise Unreadable(line, "a tag is not closed")
    inner = text[start:end]
    kind = _KINDS.get(sigil, Kind.PRINT)
    what = (inner if kind is Kind.PRINT else inner[1:]).strip()
    if sigil in _OPTIONAL or (kind is Kind.PARTIAL and what.startswith("*")):
        raise Unreadable(line, f"{{{{{sigil}…}}}} belongs to an optional part of Mustache that is not read")
    if not what and kind is not Kind.COMMENT:
        raise Unreadable(line, "a tag names nothing")
    return Tag(kind=kind, what=what, line=line), end + len(triple + closing)


def _delimiters(tag: Tag) -> tuple[str, str]:
    match = _DELIMITERS.fullmatch(tag.what)
    if match is None:
        raise Unreadable(tag.line, "a change of delimiters needs two of them, as in {{=<% %>=}}")
    return match[1], match[2]
