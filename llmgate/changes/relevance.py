"""A pair of units → whether what is sent can differ by it, for which targets, and why no request may show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from llmgate.changes.change import Kind
from llmgate.prompts import Facet, Format
from llmgate.prompts.pairs import Happened, Pair
from llmgate.prompts.unit import Unit, UnitKind
from llmgate.surface import Surface

_ASKED = frozenset({Facet.MODEL, Facet.PARAMS})
_MEANINGS = (Facet.MODEL, Facet.STRUCTURE, Facet.SETTINGS, Facet.PARAMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The facets of one pair that make one change; `unsent` where they are compared and never sent."""

    kind: Kind
    facets: frozenset[Facet] = frozenset()
    unsent: bool = False


def affects(pair: Pair, group: Group, base: Surface, head: Surface) -> bool:
    """Return whether what is sent can differ: in what the unit says, or in what a name of one of its targets means."""
    if group.unsent:
        return True
    if pair.base and pair.head and pair.unit.kind is UnitKind.TARGET:
        old, new = target(pair.base), target(pair.head)
        return any(base.meaning(old, facet) != head.meaning(new, facet) for facet in group.facets or _MEANINGS)
    names = depending(pair, base, head)
    shared = names & base.targets.keys() & head.targets.keys()
    match pair.happened:
        case Happened.MODIFIED:
            return not _is_unasked(pair, group, base, head)
        case Happened.RENAMED:
            said = pair.differing - (_ASKED if names and not asking(pair, base, head) else set())
            return bool(said) or _mean_otherwise(pair, shared, base, head)
        case Happened.REMOVED if not names:
            return False
        case Happened.ADDED | Happened.REMOVED:
            known = pair.unit.kind in (UnitKind.PROMPT, UnitKind.MODEL)
            return not (known and names and names == shared) or _mean_otherwise(pair, shared, base, head)


def note(pair: Pair, group: Group, base: Surface, head: Surface, *, affects: bool) -> str:
    names = sorted(depending(pair, base, head))
    if not is_gated(pair):
        return _ungated(pair.unit.prompt.format if pair.unit.prompt else None)
    if group.unsent:
        return "it stands beside the model and is never sent, so no fixture can show what it does"
    if pair.happened is Happened.REMOVED and not names:
        return "no target uses it on either revision"
    if affects or not _is_unasked(pair, group, base, head):
        return ""
    unit = (head if names[0] in head.targets else base).units[f"target:{names[0]}"]
    others = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return (
        f"target {names[0]}{others} uses model {unit.value['model']}; the file's own model and parameters are not sent"
    )


def is_gated(pair: Pair) -> bool:
    """Tell whether a change has to be judged: a prompt that takes the name of a tool's instructions was one."""
    both = [unit.prompt.gated if unit.prompt else True for unit in (pair.base, pair.head) if unit]
    return any(both)


def _ungated(form: Format | None) -> str:
    if form is Format.INSTRUCTIONS:
        return "instructions for developers' tools are reported, not gated; name the file in surface.prompts to gate it"
    return "no prompt of its file uses it, those of other files may: it is reported, not gated"


def target(unit: Unit) -> str:
    return unit.id.removeprefix("target:")


def _mean_otherwise(pair: Pair, names: Iterable[str], base: Surface, head: Surface) -> bool:
    """Tell whether what a target's names lead to differs: a unit's new name can take the place of another's."""
    facets = {
        UnitKind.PROMPT: {Facet.STRUCTURE, *([Facet.MODEL] if asking(pair, base, head) else [])},
        UnitKind.MODEL: {Facet.MODEL},
    }.get(pair.unit.kind, {Facet.SETTINGS})
    return any(base.meaning(name, facet) != head.meaning(name, facet) for name in names for facet in facets)


def asking(pair: Pair, base: Surface, head: Surface) -> frozenset[str]:
    """Return the targets whose model stands in this unit, on either arm."""
    both = ((pair.base, base), (pair.head, head))
    return frozenset(name for unit, side in both for name in side.targets if unit and unit.id in side.asks(name))


def _is_unasked(pair: Pair, group: Group, base: Surface, head: Surface) -> bool:
    """Tell whether this is about the model in a prompt's own file, while all who render it ask another."""
    in_prompt = pair.unit.kind is UnitKind.PROMPT and bool(group.facets) and group.facets <= _ASKED
    return in_prompt and bool(depending(pair, base, head)) and not asking(pair, base, head)


def including(pair: Pair, base: Surface, head: Surface) -> Iterable[str]:
    for unit, surface in ((pair.base, base), (pair.head, head)):
        if unit and unit.prompt:
            named = {unit.path, unit.prompt.reference}
            yield from (f"prompt:{reference}" for name in named for reference in surface.including.get(name, ()))


def depending(pair: Pair, base: Surface, head: Surface) -> frozenset[str]:
    """Return the names of the targets that need the unit, on either arm."""
    both = ((pair.base, base), (pair.head, head))
    return frozenset(name for unit, side in both for name in side.targets if unit and unit.id in side.depends(name))
