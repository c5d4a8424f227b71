"""A Handlebars template → its text, the names and blocks in it, and the text once it is filled.

https://handlebarsjs.com/guide/. HTML is not escaped, as prompts' programs set `noEscape`. Helpers are code of the
program; only the built-in ones and those of dotprompt are known (`llmgate.prompts.syntaxes.blocks`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from llmgate.prompts.prompt import Syntax
from llmgate.prompts.syntaxes import Reference, Refusal, Scanned, blocks, expressions
from llmgate.prompts.syntaxes.expressions import Call, Literal, Misread, Path
from llmgate.prompts.syntaxes.filling import Filling, Template
from llmgate.prompts.syntaxes.parts import Parts
from llmgate.prompts.syntaxes.scopes import Scope
from llmgate.prompts.syntaxes.tags import Kind, Tag, Tagged, Unreadable, trimmed, unclear
from llmgate.prompts.syntaxes.tree import Block, Node, Partial, Print, Text, build, walk

if TYPE_CHECKING:
    from pydantic import JsonValue

_OPENING = re.compile(r"(\\{0,2})\{\{")
_LONG_END = re.compile(r"--(~?)\}\}")
_TAG = re.compile(
    r"\{\{(?P<before>~?)(?P<sigil>(?P<triple>\{)|&|#[>*]?|\^|/|>|\*|\s*+else(?=[\s~}])|)"
    r"""(?P<what>(?:"(?:\\"|[^"])*+"|'(?:\\'|[^'])*+'|\[[^\]]*+\]|[^"'\[{}~]|~(?!\}))*+)"""
    r"(?(triple)\})(?P<after>~?)\}\}"
)
_KINDS = {
    "": Kind.PRINT,
    "{": Kind.RAW,
    "&": Kind.RAW,
    "#": Kind.OPEN,
    "^": Kind.INVERSE,
    "/": Kind.CLOSE,
    ">": Kind.PARTIAL,
    "else": Kind.ELSE,
}
_SHIFTING = frozenset({"each", "with"})


def scan(text: str) -> Scanned:
    try:
        nodes = _tree(text)
        return _parts(nodes).scanned()
    except Unreadable as error:
        return Scanned(refusal=Refusal(error.line, f"not a Handlebars template: {error.reason}"))


def fill(template: Template, variables: Mapping[str, JsonValue]) -> str:
    """Put values in.

    Raises:
        RenderError: where a variable that is printed is missing, a helper is not known, or the result or the work
            exceeds the limits.
    """
    filling = Filling(template=template, syntax=Syntax.HANDLEBARS, read=_exact)
    values = dict(variables)
    try:
        blocks.fill(filling, _exact(template.text), Scope(value=values, data={"root": values}))
    except Unreadable as error:
        raise filling.refused(error.line, f"not a Handlebars template: {error.reason}") from error
    return "".join(filling.pieces)


class _Around(NamedTuple):
    """A block around a node: whether names in it are those of an item, and the names that it gives itself."""

    shifts: bool = False
    names: tuple[str, ...] = ()


def _parts(nodes: tuple[Node, ...]) -> Parts:
    parts = Parts()
    around: list[_Around] = []
    for node, depth in walk(nodes):
        match node:
            case Text(text):
                parts.say(text)
            case Print(what, line, _):
                _print(parts, called(what, line), around)
            case Partial(what, line, indent):
                _partial(parts, called(what, line), line, indent, around)
                parts.references[-1] = replace(parts.references[-1], always=depth == 0)
            case Block(what, line):
                call = called(what, line)
                parts.logic.append(("block", expressions.written(call)))
                _read(parts, call, around)
                around.append(_Around(shifts=call.helper in _SHIFTING, names=call.names))
            case "else":
                parts.logic.append((node, ""))
                around[-1] = _Around()
            case "end":
                parts.logic.append((node, ""))
                around.pop()
    return parts


def _print(parts: Parts, call: Call, around: list[_Around]) -> None:
    plain = call.plain and isinstance(call.target, Path)
    parts.logic.append(("placeholder", "") if plain else ("call", expressions.written(call)))
    _read(parts, call, around)


def _partial(parts: Parts, call: Call, line: int, indent: str, around: list[_Around]) -> None:
    parts.logic.append(("partial", f"{indent}{expressions.written(call)}"))
    parts.references.append(Reference(names=_partial_names(call), line=line))
    _read(parts, Call(target=Literal(""), params=call.params, options=call.options), around)


def _read(parts: Parts, call: Call, around: list[_Around]) -> None:
    """Note the names that are read; those of a loop's items come from outside only where they go up all the way."""
    bound = {name for each in around for name in each.names}
    shifts = sum(each.shifts for each in around)
    for path in expressions.paths(call):
        parts.names.append(expressions.written(path))
        if path.data and path.parts[:1] == ("root",):
            parts.read.update(path.parts[1:2])
        elif not path.data and path.up >= shifts and not bound.intersection(path.parts[:1]):
            parts.read.update(path.parts[:1])


def _partial_names(call: Call) -> tuple[str, ...] | None:
    """Return the name of the partial, or None where only rendering can tell it."""
    name = expressions.partial(call)
    return None if name is None else (name,)


@lru_cache(maxsize=256)
def _tree(text: str) -> tuple[Node, ...]:
    return build(trimmed(_tagged(text)), lambda what: what.split(None, 1)[0])


@lru_cache(maxsize=256)
def _exact(text: str) -> tuple[Node, ...]:
    """Make a tree that is rendered; what is compared only is read in more cases."""
    if line := unclear(_tagged(text)):
        raise Unreadable(line, "a `~` in a chain of several {{else}} is not imitated")
    return _tree(text)


def called(what: str, line: int) -> Call:
    try:
        return expressions.parse(what)
    except Misread as error:
        raise Unreadable(line, str(error)) from error


def _tagged(text: str) -> Tagged:
    texts, tags = [""], list[Tag]()
    position, line = 0, 1
    while found := _OPENING.search(text, position):
        slashes, start = found[1], found.end() - 2
        texts[-1] += text[position : start - (1 if slashes else 0)]
        line += text.count("\n", position, start)
        if slashes == "\\":  # the tag is text, as far as the next one
            following = _OPENING.search(text, start + 2)
            position = following.start() if following else len(text)
            texts[-1] += text[start:position]
            line += text.count("\n", start, position)
            continue
        tag, position = _tag(text, start, line)
        tags.append(tag)
        texts.append("")
        line += text.count("\n", start, position)
    texts[-1] += text[position:]
    return Tagged(texts=tuple(texts), tags=tuple(tags))


def _tag(text: str, start: int, line: int) -> tuple[Tag, int]:
    """Read one tag; return it and where the text goes on."""
    if text.startswith("{{{{", start):
        raise Unreadable(line, "raw blocks, {{{{…}}}}, are not read")
    if text.startswith(("{{!", "{{~!"), start):
        return _comment(text, start, line)
    match = _TAG.match(text, start)
    if match is None:
        raise Unreadable(line, "a tag is not closed, or is none")
    sigil, what = match["sigil"].strip(), match["what"].strip()
    if sigil not in _KINDS:
        raise Unreadable(line, "partial blocks, inline partials and decorators are not read")
    kind = Kind.ELSE if sigil == "^" and not what else _KINDS[sigil]
    if not what and kind is not Kind.ELSE:
        raise Unreadable(line, "a tag names nothing")
    tag = Tag(kind=kind, what=what, line=line, before=bool(match["before"]), after=bool(match["after"]))
    return tag, match.end()


def _comment(text: str, start: int, line: int) -> tuple[Tag, int]:
    before = text.startswith("{{~", start)
    inner = start + (4 if before else 3)
    if text.startswith("--", inner):
        long = _LONG_END.search(text, inner + 2)
        end, after = (long.end(), bool(long[1])) if long else (0, False)
    else:
        end = text.find("}}", inner) + 2
        after = text[end - 3 : end - 2] == "~"
    if end < inner:
        raise Unreadable(line, "a comment is not closed")
    return Tag(kind=Kind.COMMENT, what="", line=line, before=before, after=after), end
