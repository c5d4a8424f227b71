"""A parsed module → its prompts, models and references to prompts elsewhere, each once and in their order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from llmgate.prompts import remote
from llmgate.prompts.prompt import File, Prompt, Rule
from llmgate.prompts.python import constants, folding, functions, hints, naming, rebound, references, sinks
from llmgate.prompts.python.calls import Calls
from llmgate.prompts.python.constants import Constant, Look
from llmgate.prompts.python.draft import Draft, Said
from llmgate.prompts.python.meanings import Meanings
from llmgate.prompts.python.parts import Folded, text_of
from llmgate.prompts.python.scope import Made, Scope, Survey, survey
from llmgate.prompts.python.unit import Unit, numbered, prompt

SINK = Rule("python.sink", "a call that sends its arguments to a model")
LOOSE = Rule("python.argument", "an argument of a call has the name and the look of a prompt", certain=False)

_OF_PROMPTS = re.compile(
    r"(^|/)((\w*_)?prompts?(_(templates?|library|texts?))?\.py$|(\w*_)?prompts/|prompt_(templates|library)/)",
    re.IGNORECASE,
)
_FOR_PEOPLE = frozenset({"option", "Option", "Argument", "argument", "input", "ask", "confirm", "add_argument", "text"})


@dataclass(slots=True, kw_only=True)
class Extraction:
    """The extraction of one module, while it is made. `refers` names the unit that a binding is or may be."""

    seen: Survey
    calls: Calls
    look: Look
    refers: dict[int, str] = field(default_factory=dict)
    referred: set[str] = field(default_factory=set)
    budget: folding.Budget = field(default_factory=folding.Budget)

    def names(self, scope: Scope) -> Meanings:
        return Meanings(scope=scope, refers=self.refers, referred=set(), budget=self.budget)

    def whole(self, scope: Scope) -> Meanings:
        return Meanings(scope=scope, refers=self.refers, through=True, referred=set(), budget=self.budget)


def prompts(file: File, tree: ast.Module) -> tuple[Prompt, ...]:
    seen = survey(tree)
    of_prompts = bool(_OF_PROMPTS.search(file.path))
    among = of_prompts or any(hints.is_library(name) for name in seen.imports.values())
    making = Extraction(
        seen=seen,
        calls=Calls(survey=seen, among_models=among, consumed=set()),
        look=Look(among_models=among, of_prompts=of_prompts),
    )
    found = constants.of(seen.scopes, making.look, making.whole)
    rebound.note(tree, found)
    making.refers.update({id(each.bound): each.name for each in found})
    seen.calls.sort(key=lambda made: (made.call.lineno, made.call.col_offset))
    others = [*_sinks(making), *_bodies(making), *functions.units(seen, making.look, making.names), *_locals(making)]
    others += constants.collections(seen.scopes, making.look, making.names, making.calls.consumed)
    own = _own(making, found, {name for unit in others for name in unit.referred})
    units = numbered([*own, *sorted(others, key=lambda unit: unit.line)])
    told = [*(prompt(file, unit) for unit in units), *_remote(file, making)]
    return tuple(sorted(told, key=lambda each: (each.line, each.name)))


def _own(making: Extraction, found: list[Constant], referred: set[str]) -> list[Unit]:
    """Make the units of constants: those with the name of a prompt, and those that something refers to."""
    by_name = {each.name: each for each in found}
    wanted = [each.name for each in found if each.by_name or each.name in referred]
    made: dict[str, Unit] = {}
    for name in wanted:  # it grows on the way
        if name not in made:
            made[name] = _constant(making, by_name[name])
            wanted += sorted(made[name].referred)
    return [made[each.name] for each in found if each.name in made]


def _constant(making: Extraction, constant: Constant) -> Unit:
    own = making.names(constant.bound.scope)
    unit = constants.unit(constant, own)
    referred = frozenset(own.referred - {constant.name})
    whole = constants.unit(constant, making.whole(constant.bound.scope)).said if referred else None
    return Unit(
        name=unit.name,
        line=unit.line,
        rule=unit.rule,
        said=unit.said,
        whole=whole,
        referred=referred,
        alone=unit.alone,
    )


def _sinks(making: Extraction) -> list[Unit]:
    """Read every call of a sink, and then leave out those that are a part of another."""
    units = [(made, unit) for made in making.seen.calls for unit in _sink(making, made)]
    return [unit for made, unit in units if id(made.call) not in making.calls.consumed]


def _sink(making: Extraction, made: Made) -> Iterator[Unit]:
    sink = making.calls.sink(made.call)
    tail = sink.tail if sink else folding.dotted(made.call.func).rpartition(".")[2]
    if making.seen.full(made.call.func) in functions.ELL:
        return  # its function is the prompt
    if sink is None and (not tail or tail in _FOR_PEOPLE):
        yield from _defaulting(made, tail)
        return
    names = making.names(made.scope)
    said = _read(making, made, sink, names)
    if said is None or (said.is_empty and not names.referred):
        yield from () if sink else _asked(made, tail)
        return
    referred = frozenset(names.referred)
    whole = _read(making, made, sink, making.whole(made.scope)) if referred else None
    where = made.scope.inner(made.name) if made.name else made.scope.path
    yield Unit(
        name=f"{where}:{tail}" if where else tail,
        line=made.call.lineno,
        rule=SINK if sink else LOOSE,
        said=said,
        whole=whole,
        referred=referred,
    )


def _bodies(making: Extraction) -> Iterator[Unit]:
    """Yield the bodies of requests that are made without a library for models."""
    for node, scope in making.seen.bodies:
        names = making.names(scope)
        said = making.calls.body(node, names)
        if said is None or said.is_empty:
            continue
        whole = making.calls.body(node, making.whole(scope)) if names.referred else None
        yield Unit(
            name=f"{scope.path}:messages" if scope.path else "messages",
            line=node.lineno,
            rule=constants.MESSAGES,
            said=said,
            whole=whole,
            referred=frozenset(names.referred),
        )


def _read(making: Extraction, made: Made, sink: sinks.Sink | None, names: Meanings) -> Draft | None:
    return making.calls.draft(made, sink, names) if sink else making.calls.loose(made, names)


def _asked(made: Made, tail: str) -> Iterator[Unit]:
    """A model that is named in a call of something unknown: `ask(question, model="gpt-4o")`."""
    for keyword in made.call.keywords:
        if keyword.arg in sinks.MODELS and (model := _model(keyword.value)):
            where = f"{made.scope.path}:{tail}" if made.scope.path else tail
            name = f"{where}.{keyword.arg}"
            yield Unit(name=name, line=keyword.value.lineno, rule=constants.MODEL, said=Draft(model=model))


def _defaulting(made: Made, tail: str) -> Iterator[Unit]:
    """The default of an option of the command line: `add_argument("--model", default="gpt-4o")`."""
    flags = [each.value for each in made.call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if not any(naming.names_model(flag) for flag in flags):
        return
    for keyword in made.call.keywords:
        if keyword.arg == "default" and (model := _model(keyword.value)):
            where = f"{made.scope.path}:{tail}" if made.scope.path else tail
            name = f"{where}.{flags[-1].lstrip('-')}"
            yield Unit(name=name, line=keyword.value.lineno, rule=constants.MODEL, said=Draft(model=model))


def _model(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and naming.is_model_id(node.value):
        return node.value
    return None


def _locals(making: Extraction) -> Iterator[Unit]:
    """Yield the texts that a function makes under the name of a prompt, and that no call that was read sends."""
    bindings = [
        bound for scope in making.seen.scopes if scope.is_function for each in scope.bindings.values() for bound in each
    ]
    folded = [(bound, making.names(bound.scope)) for bound in bindings]
    texts = [(bound, names, names.folded(bound) or ()) for bound, names in folded]
    for bound, names, parts in texts:
        name = bound.name
        text = text_of(parts)
        model = _model(bound.value) if naming.names_model(name) else None
        if bound.used or not (model or making.look.is_prompt(name, text)):
            continue
        yield Unit(
            name=bound.scope.inner(name),
            line=constants.line_of(bound.value),
            rule=constants.MODEL if model else constants.NAME,
            said=Draft(model=model) if model else _said(parts),
            whole=_said(making.whole(bound.scope).folded(bound) or ()) if names.referred and not model else None,
            referred=frozenset(names.referred),
            alone=not model,
        )


def _said(parts: Folded) -> Draft:
    return Draft(messages=[Said(None, parts)])


def _remote(file: File, making: Extraction) -> Iterator[Prompt]:
    found = [
        (made.call.lineno, reference)
        for made in making.seen.calls
        for reference in references.found(made, making.seen, making.names(made.scope))
    ]
    yield from remote.prompts(file, found, references.CALL)
