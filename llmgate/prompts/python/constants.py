"""What is bound in a module → the constants that are prompts or models by name and text, and those that may be."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from llmgate.prompts.prompt import Rule
from llmgate.prompts.python import folding, messages, naming
from llmgate.prompts.python.draft import Draft, Said
from llmgate.prompts.python.meanings import Meanings, unwrapped
from llmgate.prompts.python.parts import Folded, Mark, text_of
from llmgate.prompts.python.scope import Binding, Scope
from llmgate.prompts.python.unit import Unit

NAME = Rule("python.name", "a constant has the name and the look of a prompt", certain=False)
USED = Rule("python.used", "a constant that a call sends to a model")
MODEL = Rule("python.model", "a constant or an argument names a model")
MESSAGES = Rule("python.messages", "a list of messages with roles", certain=False)

_TEXTS = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call, ast.IfExp, ast.Name, ast.Attribute)

MAX_NESTING = 4
MAX_KEY_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A text or a model that a module or a class binds: a unit by its name, or only where a call sends it."""

    bound: Binding
    name: str
    model: str | None = None
    by_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is known of the module: whether it speaks to models, and whether its name says that it holds prompts."""

    among_models: bool
    of_prompts: bool

    def is_prompt(self, name: str, text: str, *, constant: bool = False) -> bool:
        """Tell whether a named text is a prompt; in a module for prompts the constants need no name that says so."""
        if naming.is_prompt(name, text, among_models=self.among_models):
            return True
        return constant and self.of_prompts and naming.is_neutral(name) and naming.speaks_to_model(text)


def of(scopes: list[Scope], look: Look, names: Callable[[Scope], Meanings]) -> list[Constant]:
    """List the constants of a module and its classes, in their order; the second of a name is `name~2`."""
    found: list[Constant] = []
    seen: Counter[str] = Counter()
    bindings = [(bound, scope) for scope in scopes for bound in _lasting(scope)]
    for bound, owner in sorted(bindings, key=lambda each: each[0].line):
        made = _constant(bound, owner, look, names(bound.scope))
        if made is not None:
            seen[made.name] += 1
            number = seen[made.name]
            found.append(made if number == 1 else _renamed(made, f"{made.name}~{number}"))
    return found


def _lasting(scope: Scope) -> list[Binding]:
    """Return what a module or a class binds, and what methods bind to `self`: what outlives a call."""
    lasting = [*([] if scope.is_function else scope.bindings.values()), *scope.attributes.values()]
    return [bound for each in lasting for bound in each]


def _renamed(made: Constant, name: str) -> Constant:
    return Constant(bound=made.bound, name=name, model=made.model, by_name=made.by_name)


def _constant(bound: Binding, owner: Scope, look: Look, names: Meanings) -> Constant | None:
    value, name = unwrapped(bound.value), owner.inner(bound.name)
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and naming.is_model_id(value.value):
        if naming.names_model(bound.name):
            return Constant(bound=bound, name=name, model=value.value, by_name=True)
        return None
    if not isinstance(value, _TEXTS) or (isinstance(value, ast.Constant) and not isinstance(value.value, str)):
        return None
    text = text_of(names.folded(bound))
    if naming.words(text) < naming.MIN_WORDS:
        return None
    return Constant(bound=bound, name=name, by_name=look.is_prompt(bound.name, text, constant=True))


def unit(constant: Constant, names: Meanings) -> Unit:
    """Make the unit of a constant."""
    bound = constant.bound
    if constant.model is not None:
        return Unit(name=constant.name, line=bound.line, rule=MODEL, said=Draft(model=constant.model))
    said = Draft(messages=[Said(None, names.folded(bound) or ())])
    if bound.rebound:
        said.beside["rebound"] = list(bound.rebound)
    rule = NAME if constant.by_name else USED
    return Unit(name=constant.name, line=line_of(bound.value), rule=rule, said=said, alone=True)


def line_of(node: ast.expr) -> int:
    """Return the line on which the first text of an expression begins."""
    lines = [each.lineno for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return min(lines, default=node.lineno)


def collections(
    scopes: list[Scope], look: Look, names: Callable[[Scope], Meanings], consumed: set[int]
) -> Iterator[Unit]:
    """Yield the prompts in mappings and lists, each by its key; a list has no keys, and is one unit."""
    for scope in scopes:
        for bound in [bound for each in (*scope.bindings.values(), *scope.attributes.values()) for bound in each]:
            value = unwrapped(bound.value)
            path = scope.inner(bound.name)
            if isinstance(value, ast.Dict) and id(value) not in consumed:
                yield from _mapping(value, path, [bound.name], look, names(scope))
            elif isinstance(value, (ast.List, ast.Tuple)) and not bound.used:
                yield from _list(bound, value, path, look, names(scope))


def _mapping(node: ast.Dict, path: str, keys: list[str], look: Look, names: Meanings) -> Iterator[Unit]:
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, (ast.Constant, ast.Attribute)) or len(keys) > MAX_NESTING:
            continue
        name = str(key.value) if isinstance(key, ast.Constant) else key.attr
        inner = f"{path}.{name[:MAX_KEY_CHARS]}"
        if isinstance(value, ast.Dict):
            yield from _mapping(value, inner, [*keys, name], look, names)
        elif isinstance(value, ast.Constant) and isinstance(value.value, str) and naming.is_model_id(value.value):
            if naming.names_model(name) or naming.names_model(keys[0]):
                yield Unit(name=inner, line=value.lineno, rule=MODEL, said=Draft(model=value.value))
        else:
            parts = known(value, names)
            if any(look.is_prompt(each, text_of(parts), constant=True) for each in (name, keys[0])):
                said = Draft(messages=[Said(None, parts)])
                yield Unit(name=inner, line=line_of(value), rule=NAME, said=said, alone=True)


def _list(bound: Binding, value: ast.List | ast.Tuple, path: str, look: Look, names: Meanings) -> Iterator[Unit]:
    if messages.looks_like(value):
        read = messages.read(value, messages.Context(names, formatted=False, consumed=set())) or []
        named = path if not bound.scope.is_function else f"{bound.scope.path}:messages"
        if look.among_models or naming.is_prose(messages.texts(read)):
            yield Unit(name=named, line=bound.line, rule=MESSAGES, said=Draft(messages=read))
        return
    texts = [known(item, names) for item in value.elts]
    if (
        texts
        and all(map(text_of, texts))
        and look.is_prompt(bound.name, "\n".join(map(text_of, texts)), constant=not bound.scope.is_function)
    ):
        said = [Said(None, (*parts, Mark("one of several"))) for parts in texts]
        yield Unit(name=path, line=bound.line, rule=NAME, said=Draft(messages=said))


def known(node: ast.expr, names: Meanings) -> Folded:
    return folding.fold(node, names)
