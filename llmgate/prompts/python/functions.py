"""The functions and classes of a module → the prompts that they make or are, the models they default to, and tools."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace

from llmgate.prompts.prompt import Rule
from llmgate.prompts.python import messages, naming
from llmgate.prompts.python.constants import MESSAGES, MODEL, Look, known, line_of
from llmgate.prompts.python.draft import Draft, Said
from llmgate.prompts.python.literals import signature
from llmgate.prompts.python.meanings import Meanings
from llmgate.prompts.python.parts import Mark, Text, literal, text_of
from llmgate.prompts.python.scope import Function, Scope, Survey
from llmgate.prompts.python.unit import Unit

FUNCTION = Rule("python.function", "the name of a function says that it makes a prompt", certain=False)
ARGUMENT = Rule("python.default", "the default of an argument has the name and the look of a prompt", certain=False)
DECORATED = Rule("python.decorated", "a decorator makes a prompt of the function")
SIGNATURE = Rule("python.signature", "a DSPy signature, whose docstring and fields are sent")
TOOL = Rule("python.tool", "a function that a model is offered as a tool")

MADE = (FUNCTION, DECORATED)

_MAKES_PROMPT = frozenset({"system_prompt", "instructions", "prompt", "dynamic_prompt"})
_TOOLS = frozenset({"tool", "tool_plain", "function_tool", "kernel_function"})
ELL = frozenset({"ell.simple", "ell.complex"})

Names = Callable[[Scope], Meanings]


def units(seen: Survey, look: Look, names: Names) -> Iterator[Unit]:
    for scope in seen.scopes:
        if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _defaults(scope, scope.node, look, names)
            yield from _decorated(scope, scope.node, seen, look)
        elif isinstance(scope.node, ast.ClassDef):
            yield from _signature(scope, scope.node, seen)
    decorated = {id(scope) for scope in seen.scopes if _makes(scope, seen, look)}
    for value, scope in seen.returns:
        yield from _messages(value, scope, look, names)
        yield from _returned(value, scope, look, names, sure=id(scope) in decorated)


def _defaults(scope: Scope, node: Function, look: Look, names: Names) -> Iterator[Unit]:
    arguments = [*node.args.posonlyargs, *node.args.args]
    given = arguments[len(arguments) - len(node.args.defaults) :]
    pairs = [*zip(given, node.args.defaults, strict=True)]
    pairs += [(each, value) for each, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value]
    for argument, value in pairs:
        if isinstance(value, ast.Constant) and not isinstance(value.value, str):
            continue
        parts = known(value, names(scope.parent or scope))
        text = literal(parts) or ""
        name = f"{scope.path}.{argument.arg}"
        if naming.is_model_id(text) and naming.names_model(argument.arg):
            yield Unit(name=name, line=value.lineno, rule=MODEL, said=Draft(model=text))
        elif look.is_prompt(argument.arg, text):
            said = Draft(messages=[Said(None, parts)])
            yield Unit(name=name, line=line_of(value), rule=ARGUMENT, said=said, alone=True)


def _decorated(scope: Scope, node: Function, seen: Survey, look: Look) -> Iterator[Unit]:
    """A function that is offered as a tool, and one whose docstring is a system message, as `ell` has them."""
    for decorator in node.decorator_list:
        name = seen.full(decorator)
        if look.among_models and name.rpartition(".")[2] in _TOOLS:
            yield Unit(name=scope.path, line=node.lineno, rule=TOOL, said=Draft(tools=[signature(node)]))
        if name in ELL:
            doc = ast.get_docstring(node) or ""
            said = Draft(messages=[Said("system", (Text(doc),))] if doc else [])
            if isinstance(decorator, ast.Call):
                said.model = _model(decorator)
            yield Unit(name=f"{scope.path}:{name}", line=node.lineno, rule=DECORATED, said=said)


def _model(decorator: ast.Call) -> str | None:
    given = [*decorator.args[:1], *(each.value for each in decorator.keywords if each.arg == "model")]
    texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return texts[0] if texts else None


def _makes(scope: Scope, seen: Survey, look: Look) -> bool:
    """Tell whether a decorator such as `@agent.system_prompt` makes a prompt of what the function returns."""
    if not isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not look.among_models:
        return False
    tails = {seen.full(decorator).rpartition(".")[2] for decorator in scope.node.decorator_list}
    return bool(tails & _MAKES_PROMPT) or any(seen.full(each) in ELL for each in scope.node.decorator_list)


def _returned(value: ast.expr, scope: Scope, look: Look, names: Names, *, sure: bool) -> Iterator[Unit]:
    if not isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    meanings = names(scope)
    if not (sure or look.of_prompts or naming.strength(scope.node.name)):
        return
    parts = known(value, meanings)
    text = text_of(parts)
    if (sure and naming.words(text) >= naming.MIN_WORDS) or look.is_prompt(scope.node.name, text, constant=True):
        rule = DECORATED if sure else FUNCTION
        whole = Draft(messages=[Said(None, known(value, _through(meanings)))]) if meanings.referred else None
        yield Unit(
            name=scope.path,
            line=line_of(value),
            rule=rule,
            said=Draft(messages=[Said(None, parts)]),
            whole=whole,
            referred=frozenset(meanings.referred),
        )


def _messages(value: ast.expr, scope: Scope, look: Look, names: Names) -> Iterator[Unit]:
    """A list of messages that a function makes for whoever sends it."""
    if not messages.looks_like(value):
        return
    meanings = names(scope)
    read = messages.read(value, messages.Context(meanings, formatted=False, consumed=set())) or []
    text = messages.texts(read)
    if not (text.strip() and look.among_models) and not naming.is_prose(text):
        return
    through = messages.Context(_through(meanings), formatted=False, consumed=set())
    yield Unit(
        name=f"{scope.path}:messages",
        line=value.lineno,
        rule=MESSAGES,
        said=Draft(messages=read),
        whole=Draft(messages=messages.read(value, through) or []) if meanings.referred else None,
        referred=frozenset(meanings.referred),
    )


def _through(names: Meanings) -> Meanings:
    return replace(names, through=True, referred=set())


def _signature(scope: Scope, node: ast.ClassDef, seen: Survey) -> Iterator[Unit]:
    if not any(seen.full(base) == "dspy.Signature" for base in node.bases):
        return
    doc = ast.get_docstring(node, clean=False)
    said = [Said(None, (Text(inspect.cleandoc(doc)), Mark("what dspy makes of it")))] if doc else []
    fields = [ast.unparse(each) for each in node.body if isinstance(each, (ast.AnnAssign, ast.Assign))]
    line = node.body[0].lineno if doc else node.lineno
    yield Unit(name=scope.path, line=line, rule=SIGNATURE, said=Draft(messages=said, schema=list(fields)))
