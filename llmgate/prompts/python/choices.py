"""A lookup in what the module binds → every expression that it may give: by a key, a place, or a field's name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from llmgate.prompts.python.scope import Scope

MAX_CHOICES = 64
MAX_LEVELS = 8


class Choice(NamedTuple):
    """An expression, and where its names mean something."""

    node: ast.expr
    scope: Scope


def of(node: ast.expr, scope: Scope) -> list[Choice]:
    """Return what `TEXTS["a"]`, `TEXTS[key]`, `TEXTS.get(key, "…")` or `ROLE.briefing` may be; nothing if unknown."""
    match node:
        case ast.Subscript() | ast.Attribute() | ast.Call(func=ast.Attribute(attr="get")):
            return list(islice(_found(node, scope, 0), MAX_CHOICES))
        case _:
            return []


def words(node: ast.expr) -> str:
    """Write a lookup without what it gives by default, which is one of the choices."""
    match node:
        case ast.Call(func=ast.Attribute(value=holder), args=[key, *_]):
            return f"{ast.unparse(holder)}[{ast.unparse(key)}]"
        case _:
            return ast.unparse(node)


def _found(node: ast.expr, scope: Scope, level: int) -> Iterator[Choice]:
    if level > MAX_LEVELS:
        return
    match node:
        case ast.Name() | ast.Attribute(value=ast.Name(id="self" | "cls")):
            yield from _bound(node, scope, level)
        case ast.Subscript(value=holder, slice=key):
            for held in _held(holder, scope, level):
                yield from _items(held, key)
        case ast.Attribute(value=holder, attr=name):
            for held in _held(holder, scope, level):
                yield from _field(held, name)
        case ast.Call(func=ast.Attribute(value=holder, attr="get"), args=[key, *default]):
            found = [item for held in _held(holder, scope, level) for item in _items(held, key)]
            yield from found
            yield from (Choice(each, scope) for each in default[:1] if found and not isinstance(key, ast.Constant))
        case ast.Dict() | ast.List() | ast.Tuple() | ast.Call():
            yield Choice(node, scope)
        case _:
            return


def _held(node: ast.expr, scope: Scope, level: int) -> list[Choice]:
    return list(islice(_found(node, scope, level + 1), MAX_CHOICES))


def _bound(node: ast.Name | ast.Attribute, scope: Scope, level: int) -> Iterator[Choice]:
    """Follow a name that is bound once, or an argument that is said to be an instance of a class of the module."""
    found = scope.find(node.id) if isinstance(node, ast.Name) else scope.attribute("self", node.attr)
    if len(found) == 1:
        yield from _found(found[0].value, found[0].scope, level + 1)
    elif isinstance(node, ast.Name) and not found:
        root = scope.root
        yield from (Choice(call, root) for call in root.instances.get(scope.annotated.get(node.id, ""), ()))


def _items(held: Choice, key: ast.expr) -> Iterator[Choice]:
    """Yield the value at a key; all of them, where only the program knows the key."""
    if isinstance(key, ast.Slice) or not isinstance(held.node, (ast.Dict, ast.List, ast.Tuple)):
        return
    values = _once(held, _by_key)
    if not isinstance(key, ast.Constant):
        yield from (Choice(value, held.scope) for value in values.values())
    elif key.value in values:
        yield Choice(values[key.value], held.scope)


def _by_key(node: ast.expr) -> dict[object, ast.expr]:
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = [(key, value) for key, value in zip(keys, values, strict=True) if key is not None]
            return {key.value if isinstance(key, ast.Constant) else key: value for key, value in pairs}
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return dict(enumerate(items))
        case _:
            return {}


def _field(held: Choice, name: str) -> Iterator[Choice]:
    """Yield a field of an instance, from the call that makes it or from its class."""
    call = held.node
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return
    owner = held.scope.root.classes.get(call.func.id)
    if owner is None:
        return
    value = _once(held, lambda _: _fields(call, owner)).get(name)
    if value is not None:
        yield Choice(value, held.scope)


def _fields(call: ast.Call, owner: Scope) -> dict[object, ast.expr]:
    body = owner.node.body
    named = [each for each in body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]
    defaults = {each.target.id: each.value for each in named if isinstance(each.target, ast.Name)}
    given = {} if "__init__" in owner.functions else dict(zip(defaults, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return {key: value for key, value in (defaults | given).items() if value is not None}


def _once(held: Choice, read: Callable[[ast.expr], dict[object, ast.expr]]) -> dict[object, ast.expr]:
    """Read what a mapping, a list or an instance holds once for all who ask."""
    keys = held.scope.root.keys
    if id(held.node) not in keys:
        keys[id(held.node)] = read(held.node)
    return keys[id(held.node)]
