"""A pair of units → groups of facets, one for each kind of thing that changed in it."""

from __future__ import annotations

from collections.abc import Iterator

from llmgate.changes import relevance
from llmgate.changes.change import Kind
from llmgate.changes.relevance import Group
from llmgate.config import ModelEntry
from llmgate.prompts import Facet
from llmgate.prompts.pairs import Happened, Pair
from llmgate.prompts.unit import UnitKind
from llmgate.surface import Surface

_KINDS = {Facet.MODEL: Kind.MODEL, Facet.PARAMS: Kind.PARAMS, Facet.TOOLS: Kind.TOOLS, Facet.SCHEMA: Kind.SCHEMA}
_BESIDE = Group(kind=Kind.MODEL, facets=frozenset({Facet.SETTINGS}), unsent=True)


def of(pair: Pair, base: Surface, head: Surface) -> Iterator[Group]:
    whole = pair.happened is not Happened.MODIFIED
    facets = _own(pair.differing)
    if pair.unit.kind is UnitKind.MODEL:
        if _stands_beside_otherwise(pair, base, head) if whole else Facet.SETTINGS in facets:
            yield _BESIDE
            whole = whole and pair.unit.digests.keys() != {Facet.SETTINGS}
        facets -= {Facet.SETTINGS}
    if whole:
        # One change for a unit that comes, goes or is renamed, whatever it holds.
        yield Group(kind=_whole_kind(pair, base, head), facets=facets)
    elif pair.base and pair.head and (pair.base.fault or pair.head.fault):
        # What cannot be read on one side differs in everything, and nobody can say in what.
        yield from [Group(kind=_main_kind(pair.unit.kind), facets=frozenset({Facet.BYTES}))] if facets else []
    else:
        kinds = {facet: _kind(pair, facet, base, head) for facet in facets}
        for kind in sorted(set(kinds.values())):
            yield Group(kind=kind, facets=frozenset(facet for facet in facets if kinds[facet] is kind))


def _stands_beside_otherwise(pair: Pair, base: Surface, head: Surface) -> bool:
    """Tell whether another entry brings its targets other neighbours, which none of their requests holds."""
    names = relevance.depending(pair, base, head) & base.targets.keys() & head.targets.keys()
    return any(base.unsent(name) != head.unsent(name) for name in names)


def _whole_kind(pair: Pair, base: Surface, head: Surface) -> Kind:
    """A model entry that comes or goes is about parameters where its targets ask the same model on both arms."""
    names = relevance.depending(pair, base, head) & base.targets.keys() & head.targets.keys()
    if pair.unit.kind is not UnitKind.MODEL or not names:
        return _main_kind(pair.unit.kind)
    kinds = {_entry_kind(base.entry(name), head.entry(name)) for name in names}
    return Kind.PARAMS if kinds == {Kind.PARAMS} else Kind.MODEL


def _entry_kind(old: ModelEntry | None, new: ModelEntry | None) -> Kind:
    same = old and new and (old.provider, old.model) == (new.provider, new.model)
    return Kind.PARAMS if same and old != new else Kind.MODEL


def _own(facets: frozenset[Facet]) -> frozenset[Facet]:
    """Leave out what only says that an included file changed: that file has a change of its own."""
    return facets - {Facet.DEPENDENCIES}


def _main_kind(kind: UnitKind) -> Kind:
    match kind:
        case UnitKind.PROMPT | UnitKind.TARGET:
            return Kind.PROMPT
        case UnitKind.APPLICATION:
            return Kind.APPLICATION
        case UnitKind.MODEL:
            return Kind.MODEL
        case UnitKind.RETRIEVAL:
            return Kind.RETRIEVAL
        case UnitKind.INDEX:
            return Kind.INDEX


def _kind(pair: Pair, facet: Facet, base: Surface, head: Surface) -> Kind:
    if pair.unit.kind is UnitKind.TARGET and facet is Facet.SETTINGS:
        return Kind.RETRIEVAL
    if pair.unit.kind is UnitKind.TARGET and facet is Facet.MODEL:
        return _entry_kind(base.entry(relevance.target(pair.unit)), head.entry(relevance.target(pair.unit)))
    return _KINDS.get(facet) or _main_kind(pair.unit.kind)
