"""A Jinja syntax tree → the names that it reads from outside, and the templates that it names.

`jinja2.meta` compiles the template for this, and compiling folds constants: it would compute what the template says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

_OWN_NAMES = frozenset({"self", "super", "caller", "varargs", "kwargs"})


@dataclass(slots=True, kw_only=True)
class Reading:
    """`variables` may hold a name too many, never one too few: what is set in one branch may be read in the other."""

    variables: set[str] = field(default_factory=set)
    templates: list[nodes.Node] = field(default_factory=list)

    def walk(self, node: nodes.Node, bound: set[str]) -> None:
        """Read one node; names that it sets for what follows are added to `bound`."""
        match node:
            case nodes.Name(ctx="load", name=name):
                self.variables |= {name} - bound - _OWN_NAMES
            case nodes.Name(name=name):
                bound.add(name)
            case nodes.Assign(target=target, node=value):
                self._all([value, target], bound)
            case nodes.AssignBlock(target=target, filter=applied, body=body):
                self._all([*([applied] if applied else []), *body], set(bound))
                self.walk(target, bound)
            case nodes.If(test=test, body=body, elif_=others, else_=rest):
                self.walk(test, bound)
                for branch in (body, others, rest):
                    self._all(branch, set(bound))
            case nodes.For():
                self._loop(node, bound)
            case nodes.Macro() | nodes.CallBlock() | nodes.With():
                self._inner(node, bound)
            case _:
                self._other(node, bound)

    def _other(self, node: nodes.Node, bound: set[str]) -> None:
        if isinstance(node, (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            self.templates.append(node.template)
        scope = bound if isinstance(node, (nodes.Output, nodes.Template, nodes.Expr)) else set(bound)
        self._all(node.iter_child_nodes(), scope)
        if isinstance(node, nodes.Import):
            bound.add(node.target)
        elif isinstance(node, nodes.FromImport):
            bound |= {name if isinstance(name, str) else name[1] for name in node.names}

    def _all(self, found: Iterable[nodes.Node], bound: set[str]) -> None:
        for node in found:
            self.walk(node, bound)

    def _inner(self, node: nodes.Macro | nodes.CallBlock | nodes.With, bound: set[str]) -> None:
        """Read values outside, and the body inside a scope in which the targets are set."""
        if isinstance(node, nodes.With):
            targets, values = node.targets, node.values
        else:
            targets, values = list[nodes.Expr](node.args), node.defaults
        if isinstance(node, nodes.Macro):
            bound.add(node.name)
        if isinstance(node, nodes.CallBlock):
            self.walk(node.call, bound)
        self._all(values, bound)
        scope = set(bound)
        self._all(targets, scope)
        self._all(node.body, scope)

    def _loop(self, node: nodes.For, bound: set[str]) -> None:
        self.walk(node.iter, bound)
        scope = {*bound, "loop"}
        self.walk(node.target, scope)
        self._all([*([node.test] if node.test else []), *node.body], scope)
        self._all(node.else_, set(bound))


def read(tree: Any) -> Reading:
    reading = Reading()
    reading.walk(tree, set())
    return reading
