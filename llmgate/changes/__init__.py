"""Two Surfaces → the Changes between them: semantic differences, each with what it touches and what to say about it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pydantic import JsonValue

from llmgate import config as configuration
from llmgate.changes import grouping, relevance
from llmgate.changes.change import Change, Kind
from llmgate.changes.relevance import Group
from llmgate.pins import leaves
from llmgate.prompts import Facet, comparison
from llmgate.prompts.pairs import Happened, Pair, pairs
from llmgate.prompts.unit import Unit, UnitKind
from llmgate.prompts.wording import Wording
from llmgate.surface import Surface

__all__ = ["Change", "Happened", "Kind", "between"]

_INCLUDES = Group(kind=Kind.PROMPT, facets=frozenset({Facet.DEPENDENCIES}))


def between(base: Surface, head: Surface) -> tuple[Change, ...]:
    """List what differs, in the order of unit and kind; a surface differs from itself in nothing."""
    matched = list(pairs(base.units, head.units, head.aside))
    found = [_change(pair, group, base, head) for pair in matched for group in grouping.of(pair, base, head)]
    telling = {change.path for change in found if change.affects_requests or change.happened is Happened.REMOVED}
    found += [_change(pair, _INCLUDES, base, head) for pair in matched if _reads_otherwise(pair, telling)]
    found += _comments(matched, base, head)
    return tuple(sorted(found, key=lambda change: (change.unit, change.kind.value, change.id)))


def _change(pair: Pair, group: Group, base: Surface, head: Surface) -> Change:
    affects = relevance.affects(pair, group, base, head)
    gated = relevance.is_gated(pair)
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
        affects=tuple(sorted(set(relevance.including(pair, base, head)))),
        targets=() if group.unsent else tuple(sorted(relevance.depending(pair, base, head))),
        affects_requests=affects and gated,
        rule=pair.unit.rule,
        gated=gated,
        opaque=pair.unit.opaque,
        fault=_fault(pair),
        note=relevance.note(pair, group, base, head, affects=affects),
    )


def _fault(pair: Pair) -> str:
    """Say why a unit cannot be used, and where only the base's cannot, that it is the base's."""
    if pair.head and pair.head.fault:
        return str(pair.head.fault)
    return f"on the base: {pair.base.fault}" if pair.base and pair.base.fault else ""


def _comments(matched: list[Pair], base: Surface, head: Surface) -> Iterator[Change]:
    """Yield one change for each file that differs while none of its units does.

    Its comments, its names or its form differ; or, in a file that holds other things than prompts, these do. That is
    told only where the file is listed as one that bears prompts, as a prompt may stand where none is recognised.
    """
    same = [pair for pair in matched if pair.happened is Happened.MODIFIED and not pair.differing]
    others = [pair for pair in matched if pair.happened is not Happened.MODIFIED or pair.differing]
    told = {unit.path for pair in others for unit in (pair.base, pair.head) if unit}
    alike = {pair.unit.path: pair for pair in reversed(same)}
    for path, pair in alike.items():
        partial = bool(pair.unit.prompt and pair.unit.prompt.partial)
        before, after = base.identities.get(path), head.identities.get(path)
        if path in {*told, configuration.PATH} or not before or not after or before == after:
            continue
        if not partial or path in base.listed | head.listed:
            yield Change(
                kind=Kind.OTHER if partial else Kind.COMMENT,
                unit=pair.unit.id,
                path=path,
                line=_line(pair),
                happened=Happened.MODIFIED,
                rule=pair.unit.rule,
                affects_requests=False,
                note=_OTHER if partial else "only comments, names or formatting differ",
            )


_OTHER = "the file is listed and differs, though in nothing that llmgate takes for a prompt"


def _reads_otherwise(pair: Pair, telling: AbstractSet[str]) -> bool:
    """Tell whether a prompt's names mean other files while none of those that it reads is among the `telling` ones."""
    if pair.happened is not Happened.MODIFIED or Facet.DEPENDENCIES not in pair.differing:
        return False
    both = [unit.prompt for unit in (pair.base, pair.head) if unit and unit.prompt]
    paths = {path for prompt in both for path in (prompt.path, *prompt.dependencies)}
    return not paths & telling


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
    yield from leaves.differences(old, new, values=pair.unit.kind not in (UnitKind.INDEX, UnitKind.APPLICATION))


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
