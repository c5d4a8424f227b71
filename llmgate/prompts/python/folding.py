"""A Python expression → the text that it makes: literal pieces, and placeholders where only running the program can tell.

Nothing is executed. Placeholders are named by the source of their expression, in the form that `ast.unparse` gives it.
"""

from __future__ import annotations

import ast
import inspect
import string
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

MAX_CHARS = 512 * 1024
MAX_DEPTH = 60
MAX_REPLACED = 1000


class Text(NamedTuple):
    """A literal piece."""

    text: str


class Slot(NamedTuple):
    """A value that the program puts in; `shape` is its conversion and format, as `!r:>10`."""

    source: str
    shape: str = ""


class Mark(NamedTuple):
    """Something that llmgate does not imitate, in words: a condition, a loop, a message that is not a text."""

    words: str


Part = Text | Slot | Mark
Folded = tuple[Part, ...]


class Item(NamedTuple):
    """An item of a list, and what it depends on that it is there."""

    node: ast.expr
    guards: tuple[str, ...] = ()


class Names(Protocol):
    """What names mean where an expression stands; None where that is not known."""

    def meaning(self, node: ast.expr, depth: int) -> Folded | None: ...

    def items(self, node: ast.expr) -> Sequence[Item] | None: ...


_CLEANERS: dict[str, Callable[[str], str]] = {
    "textwrap.dedent": textwrap.dedent,
    "dedent": textwrap.dedent,
    "inspect.cleandoc": inspect.cleandoc,
    "cleandoc": inspect.cleandoc,
}
_STAND_IN = "\ue000{}\ue001"


class TooLong(ValueError):
    """The text would exceed MAX_CHARS, as constants that name each other twice would make it."""


def fold(node: ast.expr, names: Names, depth: int = 0) -> Folded:
    """Return what an expression makes; a placeholder for all of it where nothing of it is known.

    Raises:
        TooLong: where it would make more than MAX_CHARS.
    """
    parts = joined(_folded(node, names, depth)) if depth < MAX_DEPTH else (slot(node),)
    if sum(len(part.text) for part in parts if isinstance(part, Text)) > MAX_CHARS or len(parts) > MAX_CHARS // 100:
        raise TooLong
    return parts


def joined(parts: Iterable[Part]) -> Folded:
    """Put neighbouring literal pieces together: how a text is cut in the source says nothing."""
    made: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and made and isinstance(made[-1], Text):
            made[-1] = Text(made[-1].text + part.text)
        elif part != Text(""):
            made.append(part)
    return tuple(made)


def slot(node: ast.expr, shape: str = "") -> Slot:
    return Slot(ast.unparse(node), shape)


def literal(parts: Folded) -> str | None:
    """Return the text, where it is known as a whole."""
    if all(isinstance(part, Text) for part in parts):
        return "".join(part.text for part in parts if isinstance(part, Text))
    return None


def dotted(node: ast.expr) -> str:
    """Return the names of an attribute chain; calls and subscripts in it are looked through, other bases left out."""
    names: list[str] = []
    while True:
        match node:
            case ast.Attribute(value=inner, attr=name):
                names.append(name)
                node = inner
            case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
                node = inner
            case ast.Name(id=name):
                return ".".join([name, *reversed(names)])
            case _:
                return ".".join(reversed(names))


def _folded(node: ast.expr, names: Names, depth: int) -> Iterable[Part]:
    match node:
        case ast.Constant(value=str(text)):
            return (Text(text),)
        case ast.JoinedStr(values=values):
            return [part for value in values for part in _interpolated(value, names, depth)]
        case ast.BinOp(op=ast.Add()):
            return [part for term in _terms(node) for part in fold(term, names, depth + 1)]
        case ast.BinOp(left=template, op=ast.Mod(), right=values):
            return _percent(node, fold(template, names, depth + 1), values, names, depth)
        case ast.IfExp(test=test, body=body, orelse=other):
            first, second = fold(body, names, depth + 1), fold(other, names, depth + 1)
            return (Mark(f"if {ast.unparse(test)}"), *first, Mark("else"), *second, Mark("end"))
        case ast.Call():
            return _called(node, names, depth)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            known = names.meaning(node, depth + 1)
            return (slot(node),) if known is None else known
        case ast.NamedExpr(value=value):
            return fold(value, names, depth + 1)
        case _:
            return (slot(node),)


def _terms(node: ast.expr) -> Sequence[ast.expr]:
    """Return the terms of a sum from left to right; a long one is nested too deeply for recursion."""
    terms: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    return [node, *reversed(terms)]


def _interpolated(node: ast.expr, names: Names, depth: int) -> Folded:
    """One piece of an f-string."""
    if not isinstance(node, ast.FormattedValue):
        return fold(node, names, depth + 1)
    conversion = "" if node.conversion in (-1, ord("s")) else f"!{chr(node.conversion)}"
    spec = _spec(node.format_spec) if node.format_spec else ""
    shape = conversion + (f":{spec}" if spec else "")
    if shape:
        return (slot(node.value, shape),)
    return fold(node.value, names, depth + 1)


def _spec(node: ast.expr) -> str:
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    pieces = [value.value if isinstance(value, ast.Constant) else f"<{ast.unparse(value)}>" for value in values]
    return "".join(map(str, pieces))


def _called(node: ast.Call, names: Names, depth: int) -> Iterable[Part]:
    """Follow the few functions that make texts of texts."""
    name = dotted(node.func)
    if name in _CLEANERS and len(node.args) == 1 and not node.keywords:
        return _cleaned(_CLEANERS[name], fold(node.args[0], names, depth + 1))
    if name == "str" and len(node.args) == 1 and not node.keywords:
        return fold(node.args[0], names, depth + 1)
    if not isinstance(node.func, ast.Attribute):
        return (slot(node),)
    inner = node.func.value
    match node.func.attr:
        case "format":
            return _formatted(node, fold(inner, names, depth + 1), names, depth)
        case "join" if len(node.args) == 1:
            return _together(node, fold(inner, names, depth + 1), names, depth)
        case "replace" if len(node.args) == 2 and not node.keywords:
            return _replaced(node, fold(inner, names, depth + 1), names, depth)
        case "removeprefix" | "removesuffix" | "strip" | "lstrip" | "rstrip" | "lower" | "upper" as method:
            return _plain(node, method, fold(inner, names, depth + 1), names, depth)
        case _:
            return (slot(node),)


def _cleaned(clean: Callable[[str], str], parts: Folded) -> Iterable[Part]:
    """Clean a text as Python would: what is put in stands for itself, on one line."""
    stand_ins = {_STAND_IN.format(place): part for place, part in enumerate(parts) if not isinstance(part, Text)}
    text = clean("".join(part.text if isinstance(part, Text) else _STAND_IN.format(n) for n, part in enumerate(parts)))
    for stand_in, part in stand_ins.items():
        before, _, text = text.partition(stand_in)
        yield Text(before)
        yield part
    yield Text(text)


def _plain(node: ast.Call, method: str, parts: Folded, names: Names, depth: int) -> Iterable[Part]:
    """Apply a method of `str` to a constant; `strip` also where something is put in between the ends."""
    given = [literal(fold(each, names, depth + 1)) for each in node.args]
    known = [each for each in given if each is not None]
    whole = literal(parts)
    if node.keywords or len(known) < len(given) or len(given) > 1:
        return (slot(node),)
    if whole is not None:
        try:
            return (Text(getattr(whole, method)(*known)),)
        except TypeError:  # arguments that the program could not give either
            return (slot(node),)
    return _trimmed(parts, method) if method in ("strip", "lstrip", "rstrip") and not known else (slot(node),)


def _replaced(node: ast.Call, parts: Folded, names: Names, depth: int) -> Iterable[Part]:
    """`PROMPT.replace("{name}", value)`, which fills a template in as well."""
    text, old = literal(parts), literal(fold(node.args[0], names, depth + 1))
    if text is None or not old or text.count(old) > MAX_REPLACED:
        return (slot(node),)
    new = fold(node.args[1], names, depth + 1)
    made: list[Part] = []
    for place, piece in enumerate(text.split(old)):
        made += [*(new if place else ()), Text(piece)]
    return made


def _trimmed(parts: Folded, method: str) -> Folded:
    changed = list(parts)
    first, last = changed[0], changed[-1]
    if method != "rstrip" and isinstance(first, Text):
        changed[0] = Text(first.text.lstrip())
    if method != "lstrip" and isinstance(last, Text):
        changed[-1] = Text(last.text.rstrip())
    return tuple(changed)


def _together(node: ast.Call, separator: Folded, names: Names, depth: int) -> Iterable[Part]:
    between, items = literal(separator), _items(node.args[0], names)
    if between is None or items is None:
        return (slot(node),)
    made: list[Part] = []
    for place, item in enumerate(items):
        between_them = [Text(between)] if place else []
        made += guarded([*between_them, *fold(item.node, names, depth + 1)], item.guards)
    return made


def guarded(parts: Iterable[Part], guards: Sequence[str]) -> Folded:
    """Put a text between marks that say what it depends on."""
    return (*(Mark(words) for words in guards), *parts, *(Mark("end") for _ in guards))


def _items(node: ast.expr, names: Names) -> Sequence[Item] | None:
    """Return the items of a literal list, or of one that a name is bound to."""
    items = [Item(each) for each in node.elts] if isinstance(node, (ast.List, ast.Tuple)) else names.items(node)
    return None if items is None or any(isinstance(item.node, ast.Starred) for item in items) else items


def _percent(node: ast.expr, template: Folded, values: ast.expr, names: Names, depth: int) -> Iterable[Part]:
    """`"…%s…" % value`: `%s` and `%d` in a constant, `%(name)s` from a literal mapping."""
    text = literal(template)
    if text is None or text.count("%") > 1000:
        return (slot(node),)
    given = list(values.elts) if isinstance(values, ast.Tuple) else [values]
    pieces = text.replace("%%", "\ue002").replace("%d", "%s").split("%s")
    if len(pieces) != len(given) + 1 or any("%" in piece for piece in pieces):
        return (*template, slot(values, ":%"))
    made: list[Part] = [Text(pieces[0].replace("\ue002", "%"))]
    for value, piece in zip(given, pieces[1:], strict=True):
        made += [*fold(value, names, depth + 1), Text(piece.replace("\ue002", "%"))]
    return made


def _formatted(node: ast.Call, template: Folded, names: Names, depth: int) -> Iterable[Part]:
    """`"…{name}…".format(name=value)`, on every literal piece of the template."""
    if not all(isinstance(part, Text) for part in template) or any(isinstance(each, ast.Starred) for each in node.args):
        return (slot(node),)  # the arguments may belong to what is not known
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    given |= {str(place): value for place, value in enumerate(node.args)}
    numbers = iter(range(len(node.args) + MAX_CHARS))
    made: list[Part] = []
    try:
        made += _fields(literal(template) or "", given, numbers, names, depth)
    except ValueError:
        return (slot(node),)
    return made


def _fields(text: str, given: dict[str, ast.expr], numbers: Iterator[int], names: Names, depth: int) -> Iterator[Part]:
    for before, name, spec, conversion in string.Formatter().parse(text):
        yield Text(before)
        if name is None:
            continue
        asked = name or str(next(numbers))
        root = asked.split(".", 1)[0].split("[", 1)[0]
        shape = (f"!{conversion}" if conversion and conversion != "s" else "") + (f":{spec}" if spec else "")
        rest = asked[len(root) :]
        value = given.get(root)
        if value is None:
            yield Slot(asked, shape)
        elif shape or rest:
            yield Slot(ast.unparse(value) + rest, shape)
        else:
            yield from fold(value, names, depth + 1)
