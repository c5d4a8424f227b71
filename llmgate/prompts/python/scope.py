"""A module's tree → its scopes, what is bound in them, the calls that are made, and what the names in them mean."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from llmgate.prompts.python import folding
from llmgate.prompts.python.parts import Folded

_BODY = "messages"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True, kw_only=True, eq=False)
class Binding:
    """A name that a value is bound to.

    `added` is what is added to it later, with what that depends on, `rebound` the statements that bind the name of a
    module's constant to something else, in their source.
    """

    name: str
    value: ast.expr
    scope: Scope
    line: int
    guards: tuple[str, ...] = ()
    added: list[tuple[ast.expr, tuple[str, ...]]] = field(default_factory=list)
    folded: dict[bool, Folded | None] = field(default_factory=dict)
    used: bool = False
    rebound: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Scope:
    """A module, a class or a function; `path` is its qualified name, empty for the module."""

    path: str
    node: ast.Module | ast.ClassDef | Function
    parent: Scope | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    classes: dict[str, Scope] = field(default_factory=dict)
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    declared: dict[str, ast.ClassDef | Function] = field(default_factory=dict)

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef))

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    def inner(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def find(self, name: str) -> list[Binding]:
        """Return what a name is bound to, from the inside out; a class's names are not seen from its functions."""
        scope: Scope | None = self
        while scope:
            if not (scope.is_class and scope is not self):
                if scope.bindings.get(name):
                    return scope.bindings[name]
                if name in scope.hidden:
                    return []
            scope = scope.parent
        return []

    def attribute(self, owner: str, name: str) -> list[Binding]:
        """Return what `self.name`, `cls.name` or `Class.name` is bound to, in the class's body or by its methods."""
        scope: Scope | None = self
        while scope:
            if owner in ("self", "cls") and scope.is_class:
                return [*scope.bindings.get(name, []), *scope.attributes.get(name, [])]
            if owner in scope.classes:
                return scope.classes[owner].bindings.get(name, [])
            scope = scope.parent
        return []


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """A call, where it is made, and the public name that its value is given, where it is given one."""

    call: ast.Call
    scope: Scope
    name: str = ""


@dataclass(slots=True, kw_only=True)
class Survey:
    """All that was seen of a module, in the order of its source."""

    root: Scope
    imports: dict[str, str] = field(default_factory=dict)
    calls: list[Made] = field(default_factory=list)
    bodies: list[tuple[ast.Dict, Scope]] = field(default_factory=list)
    returns: list[tuple[ast.expr, Scope]] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)

    def full(self, node: ast.expr) -> str:
        """Return the dotted name of what is called, with what its first name was imported as."""
        name = folding.dotted(node)
        head, _, rest = name.partition(".")
        known = self.imports.get(head, head)
        return f"{known}.{rest}" if rest else known


def survey(tree: ast.Module) -> Survey:
    root = Scope(path="", node=tree)
    found = Survey(root=root, scopes=[root])
    _block(tree.body, root, (), found)
    return found


def _block(body: Sequence[ast.stmt], scope: Scope, guards: tuple[str, ...], found: Survey) -> None:
    for statement in body:
        _statement(statement, scope, guards, found)


def _statement(node: ast.stmt, scope: Scope, guards: tuple[str, ...], found: Survey) -> None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            _function(node, scope, found)
        case ast.ClassDef():
            _class(node, scope, found)
        case ast.Import() | ast.ImportFrom():
            found.imports |= _imported(node)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _bind(target, value, node, scope, guards)
            _expression(value, scope, found, next((_public(target, scope) for target in targets), ""))
        case ast.AnnAssign(target=target, value=value) if value is not None:
            _bind(target, value, node, scope, guards)
            _expression(value, scope, found, _public(target, scope))
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
            _add(scope, name, value, guards)
            _expression(value, scope, found)
        case ast.Return(value=value) if value is not None:
            found.returns.append((value, scope))
            _expression(value, scope, found)
        case ast.Expr(value=ast.Call() as call):
            _append(call, scope, guards)
            _expression(call, scope, found)
        case _:
            _compound(node, scope, guards, found)


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Return what is imported, by the name that it is given here."""
    if isinstance(node, ast.ImportFrom):
        return {each.asname or each.name: f"{node.module or ''}.{each.name}" for each in node.names}
    heads = {each.name.partition(".")[0] for each in node.names if not each.asname}
    return {head: head for head in heads} | {each.asname: each.name for each in node.names if each.asname}


def _compound(node: ast.stmt, scope: Scope, guards: tuple[str, ...], found: Survey) -> None:
    """Follow the branches of a statement, each with what it depends on; a chain of `elif` is no recursion."""
    chained: ast.stmt | None = node
    while chained is not None:
        node, chained = chained, None
        for value in ast.iter_child_nodes(node):
            if isinstance(value, ast.expr):
                _expression(value, scope, found)
            elif isinstance(value, ast.withitem):
                _expression(value.context_expr, scope, found)
        words = _words(node)
        inner = (*guards, words) if words else guards
        _block(getattr(node, "body", ()), scope, inner, found)
        for handler in getattr(node, "handlers", ()):
            _block(handler.body, scope, (*guards, "except"), found)
        for case in getattr(node, "cases", ()):
            _block(case.body, scope, (*guards, f"case {ast.unparse(case.pattern)}"), found)
        _block(getattr(node, "finalbody", ()), scope, guards, found)
        rest: Sequence[ast.stmt] = getattr(node, "orelse", ())
        guards = (*guards, f"not ({words})") if words else guards
        if isinstance(node, ast.If) and len(rest) == 1 and isinstance(rest[0], ast.If):
            chained = rest[0]
        else:
            _block(rest, scope, guards, found)


def _words(node: ast.stmt) -> str:
    match node:
        case ast.If(test=test) | ast.While(test=test):
            return f"if {ast.unparse(test)}"
        case ast.For(target=target, iter=each) | ast.AsyncFor(target=target, iter=each):
            return f"for {ast.unparse(target)} in {ast.unparse(each)}"
        case _:
            return ""


def _function(node: Function, scope: Scope, found: Survey) -> None:
    for each in (*node.decorator_list, *node.args.defaults, *(item for item in node.args.kw_defaults if item)):
        _expression(each, scope, found)
    inner = Scope(path=scope.inner(node.name), node=node, parent=scope)
    scope.declared[node.name] = node
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    rest = [each for each in (node.args.vararg, node.args.kwarg) if each]
    inner.hidden |= {each.arg for each in (*arguments, *rest)}
    found.scopes.append(inner)
    _block(node.body, inner, (), found)


def _class(node: ast.ClassDef, scope: Scope, found: Survey) -> None:
    for each in (*node.decorator_list, *node.bases, *(item.value for item in node.keywords)):
        _expression(each, scope, found)
    inner = Scope(path=scope.inner(node.name), node=node, parent=scope)
    scope.classes[node.name] = inner
    scope.declared[node.name] = node
    found.scopes.append(inner)
    _block(node.body, inner, (), found)


def _bind(target: ast.expr, value: ast.expr, node: ast.stmt, scope: Scope, guards: tuple[str, ...]) -> None:
    match target:
        case ast.Name(id=name):
            pass
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr) if (owner := _class_of(scope)) is not None:
            made = Binding(name=attr, value=value, scope=scope, line=node.lineno, guards=guards)
            owner.attributes.setdefault(attr, []).append(made)
            return
        case _:
            return
    made = Binding(name=name, value=value, scope=scope, line=node.lineno, guards=guards)
    scope.bindings.setdefault(name, []).append(made)


def _class_of(scope: Scope | None) -> Scope | None:
    while scope is not None and not scope.is_class:
        scope = scope.parent
    return scope


def _add(scope: Scope, name: str, value: ast.expr, guards: tuple[str, ...]) -> None:
    known = scope.bindings.get(name)
    if not known:
        return
    listed = isinstance(known[-1].value, ast.List)
    if listed and isinstance(value, (ast.List, ast.Tuple)):
        known[-1].added += [(item, guards) for item in value.elts]
    else:
        known[-1].added.append((value, (*guards, "extend") if listed else guards))


def _public(target: ast.expr, scope: Scope) -> str:
    """Return the name of what others can see; a local name is nobody's business."""
    return target.id if isinstance(target, ast.Name) and not scope.is_function else ""


def _expression(node: ast.expr, scope: Scope, found: Survey, name: str = "") -> None:
    """Note the calls in an expression, outer ones before those in them, and the mappings that hold messages."""
    waiting: list[ast.AST] = [node]
    while waiting:  # `ast.walk` takes three times as long, and this is most of the work on a module
        inner = waiting.pop()
        if isinstance(inner, (ast.Constant, ast.Name)):
            continue
        if isinstance(inner, ast.Call):
            found.calls.append(Made(call=inner, scope=scope, name=name if inner is node else ""))
        elif isinstance(inner, ast.Dict) and any(isinstance(k, ast.Constant) and k.value == _BODY for k in inner.keys):
            found.bodies.append((inner, scope))
        waiting += _parts(inner)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            yield from (each for each in value if isinstance(each, ast.AST))
        elif isinstance(value, ast.AST) and name not in ("ctx", "op"):
            yield value


def _append(call: ast.Call, scope: Scope, guards: tuple[str, ...]) -> None:
    """Note `name.append(item)`: a list of messages or lines is made this way more often than not."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "insert" as how), args=[*_, item]):
            known = scope.bindings.get(name)
            if known and isinstance(known[-1].value, ast.List):
                known[-1].added.append((item, (*guards, "insert") if how == "insert" else guards))
        case _:
            pass
