"""A Python expression → the text that it makes: literal pieces, and placeholders for what only the program knows.

Nothing is executed. Placeholders are named by the source of their expression, in the form that `ast.unparse` gives it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from llmgate.prompts.python import strings
from llmgate.prompts.python.parts import Folded, Mark, Part, Slot, Text, among, guarded, joined, literal, text_of

MAX_CHARS = 512 * 1024
MAX_TOTAL_CHARS = 16 * MAX_CHARS
MAX_DEPTH = 60

_METHODS = frozenset(
    {"format", "join", "replace", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip", "lower", "upper"}
)


class Item(NamedTuple):
    """An item of a list, and what it depends on that it is there."""

    node: ast.expr
    guards: tuple[str, ...] = ()


class Names(Protocol):
    """What names mean where an expression stands; None where that is not known."""

    def meaning(self, node: ast.expr, depth: int) -> Folded | None: ...

    def items(self, node: ast.expr) -> Sequence[Item] | None: ...


class TooLong(ValueError):
    """A text, or all of them, would exceed its bound, as constants that name each other twice would make it."""


@dataclass(slots=True)
class Budget:
    """What the texts of one module may still come to, all together."""

    left: int = MAX_TOTAL_CHARS

    def spend(self, chars: int) -> None:
        self.left -= chars
        if self.left < 0:
            raise TooLong


def fold(node: ast.expr, names: Names, depth: int = 0) -> Folded:
    """Return what an expression makes; a placeholder for all of it where nothing of it is known.

    Raises:
        TooLong: where it would make more than MAX_CHARS.
    """
    parts = joined(_folded(node, names, depth)) if depth < MAX_DEPTH else (slot(node),)
    if sum(len(part.text) for part in parts if isinstance(part, Text)) > MAX_CHARS or len(parts) > MAX_CHARS // 100:
        raise TooLong
    return parts


def slot(node: ast.expr, shape: str = "") -> Slot:
    return Slot(ast.unparse(node), shape)


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


def _folded(node: ast.expr, names: Names, depth: int) -> Iterable[Part]:  # noqa: PLR0911 - one for each kind of node
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
        case ast.BoolOp():
            return _either(node, names, depth)
        case _:
            return (slot(node),)


def _terms(node: ast.expr) -> Sequence[ast.expr]:
    """Return the terms of a sum from left to right; a long one is nested too deeply for recursion."""
    terms: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    return [node, *reversed(terms)]


def _either(node: ast.BoolOp, names: Names, depth: int) -> Folded:
    """Fold `given or "…"` and `wanted and "…"`; one placeholder where none of them is a text."""
    if isinstance(node.op, ast.And):
        *tests, last = node.values
        told = fold(last, names, depth + 1)
        words = " and ".join(ast.unparse(test) for test in tests)
        return guarded(told, (f"if {words}",)) if text_of(told) else (slot(node),)
    branches = [fold(value, names, depth + 1) for value in node.values]
    return among("first that is there", branches) if any(map(text_of, branches)) else (slot(node),)


def _interpolated(node: ast.expr, names: Names, depth: int) -> Folded:
    """One piece of an f-string."""
    if not isinstance(node, ast.FormattedValue):
        return fold(node, names, depth + 1)
    conversion = "" if node.conversion in (-1, ord("s")) else f"!{chr(node.conversion)}"
    spec = _spec(node.format_spec) if node.format_spec else ""
    shape = conversion + (f":{spec}" if spec else "")
    if shape or isinstance(node.value, ast.BoolOp):
        return (slot(node.value, shape),)
    return fold(node.value, names, depth + 1)


def _spec(node: ast.expr) -> str:
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    pieces = [value.value if isinstance(value, ast.Constant) else f"<{ast.unparse(value)}>" for value in values]
    return "".join(map(str, pieces))


def _called(node: ast.Call, names: Names, depth: int) -> Iterable[Part]:
    """Follow the few functions that make texts of texts."""
    name = dotted(node.func)
    only = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if only is not None and (name in strings.CLEANERS or name == "str"):
        parts = fold(only, names, depth + 1)
        return parts if name == "str" else strings.cleaned(strings.CLEANERS[name], parts)
    made = _method(node, node.func, names, depth) if isinstance(node.func, ast.Attribute) else None
    if made is None:
        made = names.meaning(node, depth + 1)
    return (slot(node),) if made is None else made


def _method(node: ast.Call, method: ast.Attribute, names: Names, depth: int) -> Iterable[Part] | None:
    """Apply a method of a text; None where its result is not known."""
    if method.attr not in _METHODS or any(isinstance(each, ast.Starred) for each in node.args):
        return None
    own = fold(method.value, names, depth + 1)
    if method.attr == "join":
        return _together(node, own, names, depth)
    given = [fold(each, names, depth + 1) for each in node.args]
    if method.attr == "format":
        values = {str(place): each for place, each in enumerate(node.args)}
        values |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        told = {key: strings.Given(ast.unparse(each), fold(each, names, depth + 1)) for key, each in values.items()}
        return strings.formatted(own, told)
    if node.keywords:
        return None
    if method.attr == "replace":
        return strings.replaced(own, *given) if len(given) == 2 else None
    return strings.plain(method.attr, own, given)


def _percent(node: ast.expr, template: Folded, values: ast.expr, names: Names, depth: int) -> Iterable[Part]:
    given = list(values.elts) if isinstance(values, ast.Tuple) else [values]
    made = strings.percent(template, [fold(each, names, depth + 1) for each in given])
    if made is not None:
        return made
    return (*template, slot(values, ":%")) if literal(template) else (slot(node),)


def _together(node: ast.Call, separator: Folded, names: Names, depth: int) -> Iterable[Part] | None:
    between, items = literal(separator), _items(node.args[0], names) if len(node.args) == 1 else None
    if between is None or items is None:
        return None
    made: list[Part] = []
    for place, item in enumerate(items):
        before = [Text(between)] if place else []
        made += guarded([*before, *fold(item.node, names, depth + 1)], item.guards)
    return made


def _items(node: ast.expr, names: Names) -> Sequence[Item] | None:
    """Return the items of a literal list, or of one that a name is bound to."""
    items = [Item(each) for each in node.elts] if isinstance(node, (ast.List, ast.Tuple)) else names.items(node)
    return None if items is None or any(isinstance(item.node, ast.Starred) for item in items) else items
