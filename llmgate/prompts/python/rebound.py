"""A module's tree and its constants → what else binds their names, which no text of theirs can tell.

`PROMPT = twist(PROMPT)`, `from texts import PROMPT`, `for PROMPT in …` and `global PROMPT` in a function change what is
sent, and leave the constant itself as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from llmgate.prompts.python.constants import Constant
from llmgate.prompts.python.scope import Function

MAX_SOURCE_CHARS = 2_000

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def note(tree: ast.Module, constants: Iterable[Constant]) -> None:
    """Give each constant of the module what else binds its name there, in the order of the source."""
    own = [each.bound for each in constants if not each.bound.scope.path]
    if not own:
        return
    values = {id(bound.value) for bound in own}
    others: dict[str, list[str]] = {}
    written: dict[int, str] = {}
    for name, node in _bindings(tree, frozenset({bound.name for bound in own})):
        if id(getattr(node, "value", None)) not in values:
            if id(node) not in written:
                written[id(node)] = ast.unparse(node)[:MAX_SOURCE_CHARS]
            others.setdefault(name, []).append(written[id(node)])
    for bound in own:
        bound.rebound += others.get(bound.name, [])


def _bindings(tree: ast.Module, wanted: frozenset[str]) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that the module's own statements bind, and those that functions bind for it."""
    waiting: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while waiting:
        node, statement = waiting.pop()
        yield from ((name, statement) for name in _bound(node) if name in wanted)
        if isinstance(node, _FUNCTIONS):
            yield from _global(node, wanted)
            continue
        inner = [(child, child if isinstance(child, ast.stmt) else statement) for child in ast.iter_child_nodes(node)]
        waiting += reversed(inner if not isinstance(node, ast.ClassDef) else [])


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (each.asname or each.name.partition(".")[0] for each in names)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.ExceptHandler(name=str(name)):
            yield name
        case _:
            pass


def _global(node: Function | ast.Lambda, wanted: frozenset[str]) -> Iterator[tuple[str, ast.AST]]:
    """Yield the whole function for each name that it declares to be the module's."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Global):
            yield from ((name, node) for name in inner.names if name in wanted)
