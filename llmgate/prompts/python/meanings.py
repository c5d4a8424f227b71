"""Names where an expression stands → what they mean: texts, lists and values that the module binds to them."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from llmgate.prompts.python import choices, folding, naming
from llmgate.prompts.python.choices import Choice
from llmgate.prompts.python.folding import Item
from llmgate.prompts.python.parts import Folded, Part, Slot, among, guarded, joined, text_of
from llmgate.prompts.python.scope import Binding, Scope

MAX_ALTERNATIVES = 8

_ENVIRONMENT = frozenset({"os.getenv", "getenv", "os.environ.get", "environ.get", "config", "env"})

MAX_RETURNS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What names mean in a scope. `refers` names the units that bindings are, whose texts are then not repeated.

    With `through` such a name means the text of its unit. `referred` collects the units that were named, `budget`
    bounds the texts of the whole module.
    """

    scope: Scope
    refers: Mapping[int, str]
    through: bool = False
    referred: set[str]
    budget: folding.Budget

    def within(self, scope: Scope) -> Meanings:
        return replace(self, scope=scope)

    def meaning(self, node: ast.expr, depth: int) -> Folded | None:
        function = self.scope.called(node.func) if isinstance(node, ast.Call) else None
        if function is not None:
            return self._returned(function, depth)
        found = self._found(node)
        if not found:
            return self._chosen(node, depth)
        units = [self.refers[id(bound)] for bound in found if id(bound) in self.refers]
        if units and not self.through:
            self.referred.update(units)
            return None
        if len(found) != 1:
            return None if units else self._alternatives(found, depth)
        parts = self.folded(found[0], depth)
        if isinstance(node, ast.Attribute) and not text_of(parts):
            return None  # `self.name` tells more than the argument that it was set to
        found[0].used |= bool(text_of(parts))
        return parts

    def _alternatives(self, found: Sequence[Binding], depth: int) -> Folded | None:
        """Return the texts of a name that has several, each between marks that say when it is meant."""
        if not 0 < len(found) <= MAX_ALTERNATIVES:
            return None
        texts = [(bound, self.folded(bound, depth) or ()) for bound in found]
        if not any(text_of(parts) for _, parts in texts):
            return None
        for bound in found:
            bound.used = True
        return tuple(part for bound, parts in texts for part in guarded(parts, bound.guards or ("or",)))

    def _returned(self, function: Scope, depth: int) -> Folded | None:
        """Return what a function of the module returns, each return a branch; None where that is no prose."""
        known = self.refers.get(id(function))
        if known is not None and (not self.through or len(function.returns) > 1):
            self.referred.add(known)
            return None
        made: list[Part] = []
        for value, guards in function.returns[:MAX_RETURNS]:
            branch = self._once(value, function, depth) or (folding.slot(value),)
            made += guarded(branch, guards or ("else",)) if len(function.returns) > 1 else branch
        return joined(made) if naming.words(text_of(made)) >= naming.MIN_WORDS else None

    def _chosen(self, node: ast.expr, depth: int) -> Folded | None:
        """Return what is looked up in a constant, each value that it may be a branch."""
        options = choices.of(node, self.scope)
        units = {self.refers[id(each.node)] for each in options if id(each.node) in self.refers}
        self.referred.update(units)
        if not options or len(units) == len(options) > 1:
            return None
        if units and not self.through and len(options) == 1:
            return None
        branches = [self._branch(each, depth) for each in options]
        if not any(map(text_of, branches)):
            return None
        return branches[0] if len(branches) == 1 else among(f"one of {choices.words(node)}", branches)

    def _branch(self, option: Choice, depth: int) -> Folded:
        unit = self.refers.get(id(option.node))
        if unit is not None and not self.through:
            return (Slot(unit),)
        return self._once(option.node, option.scope, depth) or (folding.slot(option.node),)

    def _once(self, node: ast.expr, scope: Scope, depth: int) -> Folded | None:
        """Fold an expression once for all who ask; None where it is too long, or names itself."""
        key = id(node), self.through
        if key not in scope.known:
            scope.known[key] = (None, frozenset())
            inner = replace(self, scope=scope, referred=set())
            with contextlib.suppress(folding.TooLong):
                parts = folding.fold(unwrapped(node), inner, depth)
                scope.known[key] = (parts, frozenset(inner.referred))
        found, referred = scope.known[key]
        self.referred.update(referred)
        return found

    def items(self, node: ast.expr) -> Sequence[Item] | None:
        bound = self.bound(node)
        if bound is None or not isinstance(bound.value, (ast.List, ast.Tuple)):
            return None
        bound.used = True
        own = len(bound.guards)
        return [*map(Item, bound.value.elts), *(Item(item, guards[own:]) for item, guards in bound.added)]

    def folded(self, bound: Binding, depth: int = 0) -> Folded | None:
        """Return the text of a binding, once for all who ask; None where it names itself."""
        if self.through not in bound.folded:
            bound.folded[self.through] = None  # for a name that leads back to itself
            inner = self.within(bound.scope)
            value = unwrapped(bound.value)
            parts = joined([*folding.fold(value, inner, depth), *_later(bound, inner, depth)])
            self.budget.spend(len(text_of(parts)))
            bound.folded[self.through] = parts
        return bound.folded[self.through]

    def value(self, node: ast.expr) -> ast.expr:
        """Follow a name to the expression that it is bound to."""
        for _ in range(8):
            bound = self.bound(node)
            if bound is None or bound.added:
                return node
            node = unwrapped(bound.value)
        return node

    def bound(self, node: ast.expr) -> Binding | None:
        """Return the one binding of a name, where it has just one."""
        found = self._found(node)
        return found[0] if len(found) == 1 else None

    def _found(self, node: ast.expr) -> list[Binding]:
        match node:
            case ast.Name(id=name):
                return self.scope.find(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                return self.scope.attribute(owner, name)
            case _:
                return []


def unwrapped(node: ast.expr) -> ast.expr:
    """Return the default of a field or of the environment: `Field(default="…")`, `os.getenv("X", "…")`."""
    match node:
        case ast.Call(args=[_, default]) if folding.dotted(node.func) in _ENVIRONMENT:
            return default
        case ast.BoolOp(op=ast.Or(), values=[*_, ast.Constant() as default]):
            return default
        case ast.Call(func=ast.Name(id="Field" | "field"), args=args, keywords=keywords):
            named = [keyword.value for keyword in keywords if keyword.arg == "default"]
            return (named or args[:1] or [node])[0]
        case _:
            return node


def _later(bound: Binding, names: Meanings, depth: int) -> Iterator[Part]:
    """Yield what is added to a text, between marks where that depends on something."""
    if not isinstance(bound.value, (ast.List, ast.Tuple)):
        for value, guards in bound.added:
            yield from guarded(folding.fold(value, names, depth + 1), guards[len(bound.guards) :])
