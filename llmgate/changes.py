"""Two Surfaces → the Changes between them: semantic differences, each with what it touches and what to say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from llmgate.config import ModelEntry
from llmgate.pins import leaves
from llmgate.prompts import Facet, comparison
from llmgate.prompts.unit import Unit, UnitKind
from llmgate.prompts.unit import facet as facet_of
from llmgate.prompts.wording import Wording
from llmgate.surface import Surface


class Kind(StrEnum):
    """What a change is about."""

    PROMPT = "prompt"
    MODEL = "model"
    PARAMS = "params"
    TOOLS = "tools"
    SCHEMA = "schema"
    RETRIEVAL = "retrieval"
    INDEX = "index"


class Happened(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    RENAMED = "renamed"


_KINDS = {Facet.MODEL: Kind.MODEL, Facet.PARAMS: Kind.PARAMS, Facet.TOOLS: Kind.TOOLS, Facet.SCHEMA: Kind.SCHEMA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One semantic difference. A unit that differs in several kinds of things has one change for each kind.

    `renamed_from` is the id of the unit on the base. `affects` are the prompts that include what changed, `targets`
    the names of the targets that depend on it, on either arm. `affects_requests` is False where nothing that is sent
    can differ: a rename, or a target that names the same thing by another name. `opaque` says why a prompt's includes
    cannot be followed, `fault` why the file cannot be understood; both count as changed when in doubt.
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
    opaque: str = ""
    fault: str = ""

    @property
    def id(self) -> str:
        """Stable over runs: the unit and the kind of thing that changed in it."""
        return f"{self.unit}:{self.kind.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A unit on both arms, or on one. Never both None."""

    base: Unit | None
    head: Unit | None

    @property
    def unit(self) -> Unit:
        unit = self.head or self.base
        if unit is None:
            raise ValueError("a pair of nothing")
        return unit

    @property
    def happened(self) -> Happened:
        if self.base is None:
            return Happened.ADDED
        if self.head is None:
            return Happened.REMOVED
        return Happened.MODIFIED if self.base.id == self.head.id else Happened.RENAMED


def between(base: Surface, head: Surface) -> tuple[Change, ...]:
    """List what differs, in the order of unit and kind; a surface differs from itself in nothing."""
    found = [change for pair in _pairs(base, head) for change in _changes(pair, base, head)]
    return tuple(sorted(found, key=lambda change: (change.unit, change.kind.value)))


def _pairs(base: Surface, head: Surface) -> Iterator[_Pair]:
    """Match units by id, then those left over by content: the same content under another name is a rename."""
    for name in sorted(base.units.keys() & head.units.keys()):
        yield _Pair(base=base.units[name], head=head.units[name])
    gone = {name: unit for name, unit in base.units.items() if name not in head.units}
    come = {name: unit for name, unit in head.units.items() if name not in base.units}
    for alike in (_content_and_name, _content, _text):
        for old, new in _matches(gone, come, alike):
            yield _Pair(base=gone.pop(old), head=come.pop(new))
    yield from (_Pair(base=unit, head=None) for unit in gone.values())
    yield from (_Pair(base=None, head=unit) for unit in come.values())


def _matches(
    gone: Mapping[str, Unit], come: Mapping[str, Unit], alike: Callable[[Unit], str | None]
) -> list[tuple[str, str]]:
    """Pair the ids of units that are alike, each once, in their order."""
    free: dict[str | None, list[str]] = {}
    for name, unit in come.items():
        free.setdefault(alike(unit), []).append(name)
    free.pop(None, None)
    keys = [(name, alike(unit)) for name, unit in gone.items()]
    return [(name, free[key].pop(0)) for name, key in keys if free.get(key)]


def _content_and_name(unit: Unit) -> str | None:
    content = _content(unit)
    return content and f"{content} {unit.path.rsplit('/', 1)[-1]}"


def _content(unit: Unit) -> str | None:
    return f"{unit.kind.value} {unit.digest}" if unit.digests else None


def _text(unit: Unit) -> str | None:
    return unit.digests.get(Facet.TEXT) if unit.prompt and unit.prompt.text.strip() else None


def _changes(pair: _Pair, base: Surface, head: Surface) -> Iterator[Change]:
    groups = _whole(pair, base, head) if pair.happened is not Happened.MODIFIED else _differing(pair, base, head)
    for kind, facets in groups.items():
        yield Change(
            kind=kind,
            unit=pair.unit.id,
            path=pair.unit.path,
            line=_line(pair),
            happened=pair.happened,
            renamed_from=pair.base.id if pair.base and pair.happened is Happened.RENAMED else None,
            facets=tuple(sorted(facets)),
            wording=_wording(pair, facets),
            details=tuple(_details(pair, facets)),
            affects=tuple(sorted(set(_including(pair, base, head)))),
            targets=tuple(sorted(set(_depending(pair, base, head)))),
            affects_requests=_affects(pair, facets, base, head),
            opaque=pair.unit.opaque,
            fault=str(pair.unit.fault or ""),
        )


def _whole(pair: _Pair, base: Surface, head: Surface) -> dict[Kind, frozenset[Facet]]:
    """One change for a unit that comes, goes or is renamed, whatever it holds."""
    old = pair.base.digests if pair.base else {}
    new = pair.head.digests if pair.head else {}
    return {_whole_kind(pair, base, head): _own(_unequal(old, new))}


def _whole_kind(pair: _Pair, base: Surface, head: Surface) -> Kind:
    """A model entry that comes or goes is about parameters where its targets ask the same model on both arms."""
    names = set(_depending(pair, base, head)) & base.targets.keys() & head.targets.keys()
    if pair.unit.kind is not UnitKind.MODEL or not names:
        return _main_kind(pair.unit.kind)
    kinds = {_entry_kind(base.entry(name), head.entry(name)) for name in names}
    return Kind.PARAMS if kinds == {Kind.PARAMS} else Kind.MODEL


def _entry_kind(old: ModelEntry | None, new: ModelEntry | None) -> Kind:
    same = old and new and (old.provider, old.model) == (new.provider, new.model)
    return Kind.PARAMS if same and old != new else Kind.MODEL


def _differing(pair: _Pair, base: Surface, head: Surface) -> dict[Kind, frozenset[Facet]]:
    if pair.base is None or pair.head is None:
        return {}
    facets = _own(_unequal(pair.base.digests, pair.head.digests))
    if pair.base.fault or pair.head.fault:
        return {_main_kind(pair.unit.kind): facets} if facets else {}
    groups: dict[Kind, set[Facet]] = {}
    for facet in facets:
        groups.setdefault(_kind(pair, facet, base, head), set()).add(facet)
    return {kind: frozenset(found) for kind, found in groups.items()}


def _unequal(old: Mapping[Facet, str], new: Mapping[Facet, str]) -> frozenset[Facet]:
    return frozenset(facet for facet in old.keys() | new.keys() if old.get(facet) != new.get(facet))


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


def _kind(pair: _Pair, facet: Facet, base: Surface, head: Surface) -> Kind:
    if pair.unit.kind is UnitKind.TARGET and facet is Facet.SETTINGS:
        return Kind.RETRIEVAL
    if pair.unit.kind is UnitKind.TARGET and facet is Facet.MODEL:
        return _entry_kind(base.entry(_target(pair.unit)), head.entry(_target(pair.unit)))
    return _KINDS.get(facet) or _main_kind(pair.unit.kind)


def _affects(pair: _Pair, facets: frozenset[Facet], base: Surface, head: Surface) -> bool:
    """Return whether what is sent can differ. A rename cannot change it, nor can a new name for the same thing."""
    if pair.base is None or pair.head is None:
        return _reaches(pair, base, head)
    if pair.unit.kind is not UnitKind.TARGET:
        return bool(_unequal(pair.base.digests, pair.head.digests))
    old, new = _target(pair.base), _target(pair.head)
    return any(base.meaning(old, facet) != head.meaning(new, facet) for facet in facets)


def _target(unit: Unit) -> str:
    return unit.id.removeprefix("target:")


def _reaches(pair: _Pair, base: Surface, head: Surface) -> bool:
    """Return whether what came or went makes a difference: not where all who need it have the same by another name."""
    facet = {UnitKind.PROMPT: Facet.STRUCTURE, UnitKind.MODEL: Facet.MODEL}.get(pair.unit.kind)
    names = set(_depending(pair, base, head))
    if facet is None or not names or not names <= base.targets.keys() & head.targets.keys():
        return True
    return any(base.meaning(name, facet) != head.meaning(name, facet) for name in names)


def _line(pair: _Pair) -> int:
    before, after = pair.base and pair.base.prompt, pair.head and pair.head.prompt
    if before and after and not after.fault:
        return comparison.line(before, after)
    return pair.head.line if pair.head else 1


def _wording(pair: _Pair, facets: frozenset[Facet]) -> Wording | None:
    before, after = pair.base and pair.base.prompt, pair.head and pair.head.prompt
    return comparison.words(before, after, facets) if before and after else None


def _details(pair: _Pair, facets: frozenset[Facet]) -> Iterator[str]:
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
    return {key: item for key, item in unit.value.items() if facet_of(unit.kind, key) in facets}


def _including(pair: _Pair, base: Surface, head: Surface) -> Iterable[str]:
    for unit, surface in ((pair.base, base), (pair.head, head)):
        if unit and unit.prompt:
            found = (prompt for prompt in surface.prompts.values() if unit.path in prompt.dependencies)
            yield from (f"prompt:{prompt.path}" for prompt in found)


def _depending(pair: _Pair, base: Surface, head: Surface) -> Iterable[str]:
    for unit, surface in ((pair.base, base), (pair.head, head)):
        yield from (name for name in surface.targets if unit and unit.id in surface.depends(name))
