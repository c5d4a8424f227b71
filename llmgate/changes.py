"""Two Surfaces → the Changes between them: semantic differences, each with what it touches and what to say about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from llmgate import config as configuration
from llmgate.config import ModelEntry
from llmgate.pins import leaves
from llmgate.prompts import Facet, Rule, comparison
from llmgate.prompts.pairs import Happened, Pair, pairs
from llmgate.prompts.unit import Unit, UnitKind
from llmgate.prompts.wording import Wording
from llmgate.surface import Surface

__all__ = ["Change", "Happened", "Kind", "between"]


class Kind(StrEnum):
    """What a change is about."""

    PROMPT = "prompt"
    MODEL = "model"
    PARAMS = "params"
    TOOLS = "tools"
    SCHEMA = "schema"
    RETRIEVAL = "retrieval"
    INDEX = "index"
    COMMENT = "comment-only"


_KINDS = {Facet.MODEL: Kind.MODEL, Facet.PARAMS: Kind.PARAMS, Facet.TOOLS: Kind.TOOLS, Facet.SCHEMA: Kind.SCHEMA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One semantic difference. A unit that differs in several kinds of things has one change for each kind.

    `renamed_from` is the id of the unit on the base. `affects` are the prompts that include what changed, `targets`
    the names of the targets whose requests depend on it, on either arm; none where it is compared and never sent.
    `rule` says why the unit was taken for a prompt, `gated` whether a change of it has to be judged.
    `affects_requests` is False where nothing that is sent can differ: a rename, a target that names the same thing by
    another name, or what no target uses. `opaque` says why a prompt's includes cannot be followed, `fault` why the
    file cannot be used; both count as changed when in doubt. `note` says why no request can show the change.
    """

    kind: Kind
    unit: str
    path: str
    line: int = 1
    happened: Happened
    renamed_from: str | None = None
    facets: tuple[Facet, ...] = ()
    wording: Wording | None = None
    details: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    affects_requests: bool = True
    rule: Rule | None = None
    gated: bool = True
    opaque: str = ""
    fault: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """Stable over runs: the unit and the kind of thing that changed in it."""
        unsent = self.kind is Kind.MODEL and self.facets == (Facet.SETTINGS,)
        return f"{self.unit}:{Facet.SETTINGS.value if unsent else self.kind.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The facets of one pair that make one change; `unsent` where they are compared and never sent."""

    kind: Kind
    facets: frozenset[Facet] = frozenset()
    unsent: bool = False


def between(base: Surface, head: Surface) -> tuple[Change, ...]:
    """List what differs, in the order of unit and kind; a surface differs from itself in nothing."""
    matched = list(pairs(base.units, head.units))
    found = [_change(pair, group, base, head) for pair in matched for group in _groups(pair, base, head)]
    found += [_change(pair, _INCLUDES, base, head) for pair in matched if _reads_otherwise(pair, found)]
    found += _comments(matched, base, head)
    return tuple(sorted(found, key=lambda change: (change.unit, change.kind.value, change.id)))


def _change(pair: Pair, group: _Group, base: Surface, head: Surface) -> Change:
    affects = _affects(pair, group, base, head)
    gated = all(unit.prompt.gated for unit in (pair.base, pair.head) if unit and unit.prompt)
    return Change(
        kind=group.kind,
        unit=pair.unit.id,
        path=pair.unit.path,
        line=_line(pair),
        happened=pair.happened,
        renamed_from=pair.base.id if pair.base and pair.happened is Happened.RENAMED else None,
        facets=tuple(sorted(group.facets)),
        wording=_wording(pair, group.facets),
        details=tuple(_details(pair, group.facets)),
        affects=tuple(sorted(set(_including(pair, base, head)))),
        targets=() if group.unsent else tuple(sorted(_depending(pair, base, head))),
        affects_requests=affects and gated,
        rule=_rule(pair.unit),
        gated=gated,
        opaque=pair.unit.opaque,
        fault=str(pair.unit.fault or ""),
        note=_note(pair, group, base, head, affects=affects),
    )


def _comments(matched: list[Pair], base: Surface, head: Surface) -> Iterator[Change]:
    """Yield one change for each file that differs and says the same: its comments, its names or its form differ."""
    same = [pair for pair in matched if pair.happened is Happened.MODIFIED and not pair.differing]
    others = [pair for pair in matched if pair.happened is not Happened.MODIFIED or pair.differing]
    told = {unit.path for pair in others for unit in (pair.base, pair.head) if unit}
    alike = {pair.unit.path: pair for pair in reversed(same)}
    for path, pair in alike.items():
        partial = bool(pair.unit.prompt and pair.unit.prompt.partial)
        before, after = base.identities.get(path), head.identities.get(path)
        if path not in {*told, configuration.PATH} and not partial and before and after and before != after:
            yield Change(
                kind=Kind.COMMENT,
                unit=pair.unit.id,
                path=path,
                line=_line(pair),
                happened=Happened.MODIFIED,
                rule=_rule(pair.unit),
                affects_requests=False,
                note="only comments, names or formatting differ",
            )


def _rule(unit: Unit) -> Rule | None:
    return unit.prompt.rule if unit.prompt else None


_INCLUDES = _Group(kind=Kind.PROMPT, facets=frozenset({Facet.DEPENDENCIES}))
_BESIDE = _Group(kind=Kind.MODEL, facets=frozenset({Facet.SETTINGS}), unsent=True)


def _reads_otherwise(pair: Pair, found: Iterable[Change]) -> bool:
    """Tell whether a prompt's names mean other files while no file that it reads has a change of its own to say so."""
    if pair.happened is not Happened.MODIFIED or Facet.DEPENDENCIES not in pair.differing:
        return False
    both = [unit.prompt for unit in (pair.base, pair.head) if unit and unit.prompt]
    paths = {path for prompt in both for path in (prompt.path, *prompt.dependencies)}
    telling = {change.path for change in found if change.affects_requests or change.happened is Happened.REMOVED}
    return not paths & telling


def _groups(pair: Pair, base: Surface, head: Surface) -> Iterator[_Group]:
    whole = pair.happened is not Happened.MODIFIED
    facets = _own(pair.differing)
    if pair.unit.kind is UnitKind.MODEL:
        if _stands_beside_otherwise(pair, base, head) if whole else Facet.SETTINGS in facets:
            yield _BESIDE
            whole = whole and pair.unit.digests.keys() != {Facet.SETTINGS}
        facets -= {Facet.SETTINGS}
    if whole:
        # One change for a unit that comes, goes or is renamed, whatever it holds.
        yield _Group(kind=_whole_kind(pair, base, head), facets=facets)
    elif pair.base and pair.head and (pair.base.fault or pair.head.fault):
        # What cannot be read on one side differs in everything, and nobody can say in what.
        yield from [_Group(kind=_main_kind(pair.unit.kind), facets=frozenset({Facet.BYTES}))] if facets else []
    else:
        kinds = {facet: _kind(pair, facet, base, head) for facet in facets}
        for kind in sorted(set(kinds.values())):
            yield _Group(kind=kind, facets=frozenset(facet for facet in facets if kinds[facet] is kind))


def _stands_beside_otherwise(pair: Pair, base: Surface, head: Surface) -> bool:
    """Tell whether another entry brings its targets other neighbours, which none of their requests holds."""
    names = _depending(pair, base, head) & base.targets.keys() & head.targets.keys()
    return any(base.unsent(name) != head.unsent(name) for name in names)


def _whole_kind(pair: Pair, base: Surface, head: Surface) -> Kind:
    """A model entry that comes or goes is about parameters where its targets ask the same model on both arms."""
    names = _depending(pair, base, head) & base.targets.keys() & head.targets.keys()
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
        return _entry_kind(base.entry(_target(pair.unit)), head.entry(_target(pair.unit)))
    return _KINDS.get(facet) or _main_kind(pair.unit.kind)


def _affects(pair: Pair, group: _Group, base: Surface, head: Surface) -> bool:
    """Return whether what is sent can differ: in what the unit says, or in what a name of one of its targets means."""
    if group.unsent:
        return True
    if pair.base and pair.head and pair.unit.kind is UnitKind.TARGET:
        old, new = _target(pair.base), _target(pair.head)
        return any(base.meaning(old, facet) != head.meaning(new, facet) for facet in group.facets or _MEANINGS)
    names = _depending(pair, base, head)
    shared = names & base.targets.keys() & head.targets.keys()
    match pair.happened:
        case Happened.MODIFIED:
            return not _is_unasked(pair, group, base, head)
        case Happened.RENAMED:
            said = pair.differing - (_ASKED if names and not _asking(pair, base, head) else set())
            return bool(said) or _mean_otherwise(pair, shared, base, head)
        case Happened.REMOVED if not names:
            return False
        case Happened.ADDED | Happened.REMOVED:
            known = pair.unit.kind in (UnitKind.PROMPT, UnitKind.MODEL)
            return not (known and names and names == shared) or _mean_otherwise(pair, shared, base, head)


_ASKED = frozenset({Facet.MODEL, Facet.PARAMS})
_MEANINGS = (Facet.MODEL, Facet.STRUCTURE, Facet.SETTINGS, Facet.PARAMS)


def _target(unit: Unit) -> str:
    return unit.id.removeprefix("target:")


def _mean_otherwise(pair: Pair, names: Iterable[str], base: Surface, head: Surface) -> bool:
    """Tell whether what a target's names lead to differs: a unit's new name can take the place of another's."""
    facets = {
        UnitKind.PROMPT: {Facet.STRUCTURE, *([Facet.MODEL] if _asking(pair, base, head) else [])},
        UnitKind.MODEL: {Facet.MODEL},
    }.get(pair.unit.kind, {Facet.SETTINGS})
    return any(base.meaning(name, facet) != head.meaning(name, facet) for name in names for facet in facets)


def _asking(pair: Pair, base: Surface, head: Surface) -> frozenset[str]:
    """Return the targets whose model stands in this unit, on either arm."""
    both = ((pair.base, base), (pair.head, head))
    return frozenset(name for unit, side in both for name in side.targets if unit and unit.id in side.asks(name))


def _is_unasked(pair: Pair, group: _Group, base: Surface, head: Surface) -> bool:
    """Tell whether this is about the model in a prompt's own file, while all who render it ask another."""
    in_prompt = pair.unit.kind is UnitKind.PROMPT and bool(group.facets) and group.facets <= _ASKED
    return in_prompt and bool(_depending(pair, base, head)) and not _asking(pair, base, head)


def _note(pair: Pair, group: _Group, base: Surface, head: Surface, *, affects: bool) -> str:
    names = sorted(_depending(pair, base, head))
    if pair.unit.prompt and not pair.unit.prompt.gated:
        return "instructions for developers' tools are reported, not gated; name the file in surface.prompts to gate it"
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


def _line(pair: Pair) -> int:
    before, after = pair.base and pair.base.prompt, pair.head and pair.head.prompt
    if before and after and not after.fault:
        return comparison.line(before, after)
    return pair.head.line if pair.head else 1


def _wording(pair: Pair, facets: frozenset[Facet]) -> Wording | None:
    before, after = pair.base and pair.base.prompt, pair.head and pair.head.prompt
    return comparison.words(before, after, facets) if before and after else None


def _details(pair: Pair, facets: frozenset[Facet]) -> Iterator[str]:
    """Say what differs, for a unit that is on both arms."""
    if pair.base is None or pair.head is None:
        return
    if pair.base.prompt and pair.head.prompt:
        yield from comparison.details(pair.base.prompt, pair.head.prompt, facets)
    old, new = (_shown(unit, facets) for unit in (pair.base, pair.head))
    yield from leaves.differences(old, new, values=pair.unit.kind is not UnitKind.INDEX)


def _shown(unit: Unit, facets: frozenset[Facet]) -> dict[str, JsonValue]:
    """Return the part of a unit's value that these facets are made of."""
    if unit.prompt:
        prompt = unit.prompt
        parts = {
            Facet.MODEL: prompt.model,
            Facet.PARAMS: dict(prompt.params),
            Facet.TOOLS: prompt.tools,
            Facet.SCHEMA: prompt.schema,
        }
        return {facet.value: value for facet, value in parts.items() if facet in facets}
    return unit.part(*facets)


def _including(pair: Pair, base: Surface, head: Surface) -> Iterable[str]:
    for unit, surface in ((pair.base, base), (pair.head, head)):
        if unit and unit.prompt:
            named = {unit.path, unit.prompt.reference}
            found = (prompt for prompt in surface.prompts.values() if named & set(prompt.dependencies))
            yield from (f"prompt:{prompt.reference}" for prompt in found)


def _depending(pair: Pair, base: Surface, head: Surface) -> frozenset[str]:
    """Return the names of the targets that need the unit, on either arm."""
    both = ((pair.base, base), (pair.head, head))
    return frozenset(name for unit, side in both for name in side.targets if unit and unit.id in side.depends(name))
