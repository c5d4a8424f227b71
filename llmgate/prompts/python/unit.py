"""One unit of a module → a Prompt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from llmgate.prompts import templates
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn
from llmgate.prompts.python import draft
from llmgate.prompts.python.draft import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What will be one prompt.

    `said` names the constants that have units of their own, `whole` has their texts in it, for rendering; `referred`
    are the names of these units. `alone` marks a text of which nothing tells how it is filled in.
    """

    name: str
    line: int
    rule: Rule
    said: Draft
    whole: Draft | None = None
    referred: frozenset[str] = frozenset()
    alone: bool = False


def numbered(units: Iterable[Unit]) -> Iterator[Unit]:
    """Give each a name of its own: the second of a name is `name~2`, in the order of the source."""
    seen: Counter[str] = Counter()
    for unit in units:
        seen[unit.name] += 1
        yield replace(unit, name=f"{unit.name}~{seen[unit.name]}") if seen[unit.name] > 1 else unit


def prompt(file: File, unit: Unit) -> Prompt:
    """Make the prompt: it differs by what it says itself, and renders all that it sends."""
    own = compose(file, _found(file, unit, unit.said))
    if unit.whole is None or own.fault:
        return own
    return replace(compose(file, _found(file, unit, unit.whole)), digests=own.digests)


def _found(file: File, unit: Unit, said: Draft) -> Found:
    syntax, turns = _templates(unit, said)
    names = {name for turn in turns for name in templates.scan(syntax, turn.text).names if name}
    return Found(
        format=Format.PYTHON,
        syntax=syntax,
        turns=turns,
        name=unit.name,
        line=unit.line,
        rule=unit.rule,
        model=said.model,
        params=said.params,
        tools=said.tools,
        schema=said.schema,
        beside=said.beside or None,
        named=sorted(f"{file.path}#{name}" for name in unit.referred),
        variables=sorted(names) if syntax is not Syntax.JINJA else (),
        partial=True,
    )


def _templates(unit: Unit, said: Draft) -> tuple[Syntax, Sequence[Turn]]:
    if unit.alone and len(said.messages) == 1:
        syntax, text = draft.constant(said.messages[0].parts)
        return syntax, (Turn(said.messages[0].role, text),)
    return draft.templates(said.messages, said.syntax)
