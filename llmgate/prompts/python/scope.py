"""The scopes of a module and what is bound in them → what a name means: all that `survey` notes of a tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from llmgate.prompts.python import folding
from llmgate.prompts.python.parts import Folded

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
    functions: dict[str, Scope] = field(default_factory=dict)
    returns: list[tuple[ast.expr, tuple[str, ...]]] = field(default_factory=list)
    annotated: dict[str, str] = field(default_factory=dict)
    instances: dict[str, list[ast.Call]] = field(default_factory=dict)
    keys: dict[int, dict[object, ast.expr]] = field(default_factory=dict)
    known: dict[tuple[int, bool], tuple[Folded | None, frozenset[str]]] = field(default_factory=dict)

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

    @property
    def root(self) -> Scope:
        scope = self
        while scope.parent:
            scope = scope.parent
        return scope

    def called(self, function: ast.expr) -> Scope | None:
        """Return the function of this module that `name(…)` or `self.name(…)` calls."""
        scope: Scope | None = self
        match function:
            case ast.Name(id=name):
                while scope and (scope.is_class or name not in scope.functions):
                    scope = None if name in scope.hidden else scope.parent
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                scope = class_of(scope)
            case _:
                return None
        return scope.functions.get(name) if scope else None

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


def class_of(scope: Scope | None) -> Scope | None:
    while scope is not None and not scope.is_class:
        scope = scope.parent
    return scope
