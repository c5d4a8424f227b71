"""A literal of the source → JSON; what is no literal becomes its source, classes and functions what is sent of them.

A tool that is a function is sent as its signature and docstring, an answer's format that is a class as its fields.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmgate.prompts.python.folding import dotted, fold
from llmgate.prompts.python.meanings import Meanings
from llmgate.prompts.python.parts import literal
from llmgate.prompts.python.scope import Function, Scope

if TYPE_CHECKING:
    from pydantic import JsonValue

MAX_DEPTH = 20
MAX_VALUES = 20_000
MAX_BITS = 256
SOURCE = "python"


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads literals where names mean something; `left` bounds what constants that hold each other unfold to."""

    names: Meanings
    left: int = MAX_VALUES

    def plain(self, node: ast.expr) -> JsonValue:
        """Return the value of a literal, whole.

        Raises:
            ValueError: where only running the program can tell it.
        """
        value = self.read(node)
        if _has_source(value):
            raise ValueError("no literal")
        return value

    def read(self, node: ast.expr, depth: int = 0) -> JsonValue:  # noqa: PLR0911 - one for each kind of node
        """Return an expression as JSON: `{"python": source}` in place of what is no literal."""
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            return {SOURCE: "…"}
        followed = self.names.value(node)
        match followed:
            case ast.Constant(value=None | bool() | int() | str() as value) if not _is_huge(value):
                return value
            case ast.Constant(value=float(value)) if math.isfinite(value):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=(int() | float()) as value)):
                return self.read(followed.operand, depth) if _is_huge(value) else -value
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return [self.read(item, depth + 1) for item in items]
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return {self._key(key): self.read(value, depth + 1) for key, value in pairs}
            case ast.JoinedStr() | ast.BinOp() | ast.Call():
                return self._made(followed, depth)
            case ast.Name(id=name):
                return _declared(name, self.names.scope) or {SOURCE: name}
            case _:
                return {SOURCE: ast.unparse(followed)}

    def _made(self, node: ast.expr, depth: int) -> JsonValue:
        known = literal(fold(node, self.names))
        if known is not None:
            return known
        if not isinstance(node, ast.Call):
            return {SOURCE: ast.unparse(node)}
        named = {keyword.arg or "**": self.read(keyword.value, depth + 1) for keyword in node.keywords}
        if dotted(node.func) == "dict" and not node.args:
            return named
        given: list[JsonValue] = [self.read(each, depth + 1) for each in node.args]
        return {SOURCE: ast.unparse(node.func), "with": [*given, named]}

    def _key(self, node: ast.expr | None) -> str:
        if node is None:
            return "**"
        value = self.read(node)
        return value if isinstance(value, str) else ast.unparse(node)


def _is_huge(value: object) -> bool:
    return isinstance(value, int) and value.bit_length() > MAX_BITS


def _has_source(value: JsonValue) -> bool:
    match value:
        case dict():
            return SOURCE in value or any(map(_has_source, value.values()))
        case list():
            return any(map(_has_source, value))
        case _:
            return False


def _declared(name: str, scope: Scope | None) -> JsonValue:
    """Return what is sent of a class or a function of this module; None where there is none of the name."""
    while scope:
        match scope.declared.get(name):
            case ast.ClassDef() as node:
                return declaration(node)
            case None:
                scope = scope.parent
            case node:
                return signature(node)
    return None


def declaration(node: ast.ClassDef) -> JsonValue:
    """Return a class as a schema is made of it: its docstring and its fields, without its methods."""
    fields = [ast.unparse(each) for each in node.body if isinstance(each, (ast.AnnAssign, ast.Assign))]
    bases = [ast.unparse(base) for base in node.bases]
    return {"class": node.name, "bases": list(bases), "doc": ast.get_docstring(node), "fields": list(fields)}


def signature(node: Function) -> JsonValue:
    """Return a function as a tool is made of it: its name, its arguments and its docstring."""
    return {"function": node.name, "arguments": ast.unparse(node.args), "doc": ast.get_docstring(node)}
