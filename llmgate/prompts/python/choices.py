"""A lookup in what the module binds → every expression that it may give: by a key, a place, or a field's name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
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
            yield from (Choice(each, scope) for each in default[:1] if found)
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
    fixed = isinstance(key, ast.Constant)
    match held.node:
        case ast.Dict(keys=keys, values=values):
            for each, value in zip(keys, values, strict=True):
                if each is not None and (not fixed or ast.dump(each) == ast.dump(key)):
                    yield Choice(value, held.scope)
        case ast.List(elts=items) | ast.Tuple(elts=items) if not isinstance(key, ast.Slice):
            for place, item in enumerate(items):
                if not fixed or (isinstance(key, ast.Constant) and key.value == place):
                    yield Choice(item, held.scope)
        case _:
            return


def _field(held: Choice, name: str) -> Iterator[Choice]:
    """Yield a field of an instance, from the call that makes it or from its class."""
    call = held.node
    owner = (
        held.scope.root.classes.get(call.func.id)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        else None
    )
    if owner is None or not isinstance(call, ast.Call) or not isinstance(owner.node, ast.ClassDef):
        return
    fields = {
        each.target.id: each.value
        for each in owner.node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if "__init__" not in owner.functions:
        given |= dict(zip(fields, call.args, strict=False))
    value = given.get(name) or fields.get(name)
    if value is not None:
        yield Choice(value, held.scope)
