"""A change and what is planned → the fixtures that send what changed, and those whose search would show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from llmgate.changes import Change, Happened, Kind
from llmgate.errors import RenderError
from llmgate.plan.planned import Planned, Retrieval
from llmgate.preparing import Prepared, Side, outline
from llmgate.prompts import Prompt
from llmgate.retrieval import reach
from llmgate.surface import Surface
from llmgate.targets import prompt
from llmgate.trial import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What can show a change: fixtures that differ, those that are new, and what live ones found on both arms."""

    compared: Sequence[Planned]
    new: Sequence[Planned]
    retrievals: Sequence[Retrieval]


def by(change: Change, drawn: Drawn, sides: Mapping[Arm, Side], *, swap: bool) -> Iterator[str]:
    """Name the fixtures whose request holds what changed.

    Replayed documents are frozen, so a change of retrieval is among it only where documents are searched for. New
    fixtures count for what is new as well; for what the base had they show nothing, as they have no base. With `swap`,
    for one change of a prompt among several, the head is rendered once more with that file as it was: only where that
    alters the request is it held.
    """
    if change.kind in _SEARCHED:
        yield from _finding_otherwise(change, drawn, sides)
    for planned in drawn.compared:
        if planned.base is None or planned.case.fixture.target not in change.targets:
            continue
        if _differs(change.kind, planned.base, planned.head) and not (swap and _is_idle(change, planned, sides)):
            yield planned.id
    yield from _new_for(change, drawn)


_SEARCHED = frozenset({Kind.RETRIEVAL, Kind.INDEX})


def _new_for(change: Change, drawn: Drawn) -> Iterator[str]:
    """Name the new fixtures of a target that a new thing belongs to."""
    if change.happened is Happened.ADDED:
        new = (planned for planned in drawn.new if planned.case.new and planned.case.fixture.target in change.targets)
        for planned in new:
            if planned.head.found or planned.head.application or change.kind not in _SEARCHED:
                yield planned.id


def _finding_otherwise(change: Change, drawn: Drawn, sides: Mapping[Arm, Side]) -> Iterator[str]:
    """Name the live fixtures that find other documents where a search can show the change."""
    differing = {found.fixture.id for found in drawn.retrievals if found.differs}
    yield from (name for name in searching(change, drawn, sides) if name in differing)


def searching(change: Change, drawn: Drawn, sides: Mapping[Arm, Side]) -> Iterator[str]:
    """Name the live fixtures whose search on both arms shows what a change does, if it does anything."""
    if change.kind not in _SEARCHED or not change.affects_requests:
        return
    for found in drawn.retrievals:
        base, head = (sides[arm].live.entry(found.fixture.target) for arm in Arm)
        if found.fixture.target in change.targets and reach.shows(change.unit, change.path, base, head):
            yield found.fixture.id


def _is_idle(change: Change, planned: Planned, sides: Mapping[Arm, Side]) -> bool:
    """Tell whether the request stays the same when what changed is put back to what the base has."""
    head, fixture = sides[Arm.HEAD], planned.case.fixture
    if (entry := head.config.prompted.get(fixture.target)) is None:
        return False
    whole = head.surface.prompt(entry.prompt)
    swapped = _put_back(change, whole, sides[Arm.BASE].surface)
    if swapped is None:
        return False
    prompts = {**head.surface.prompts, whole.reference: swapped}
    side = replace(head, surface=replace(head.surface, prompts=prompts))
    try:
        return outline(fixture, side).request.messages == planned.head.request.messages
    except RenderError:
        return False


def _put_back(change: Change, whole: Prompt, base: Surface) -> Prompt | None:
    """Return a prompt with one of its files as the base has it; None where that cannot be told."""
    name = change.unit.partition(":")[2]
    before = base.prompts.get(name)
    if before is None or before.fault:
        return None
    if name == whole.reference:
        return before if before.syntax is whole.syntax and not before.dependencies else _own_put_back(whole, before)
    if change.path not in whole.sources or len(before.turns) != 1:
        return None
    return replace(whole, sources={**whole.sources, change.path: before.turns[0].text})


def _own_put_back(whole: Prompt, before: Prompt) -> Prompt:
    """Return the prompt with its own text as it was, and what it includes as it is."""
    own = {before.source_of(place): turn.text for place, turn in enumerate(before.turns)}
    return replace(
        whole,
        sources={**whole.sources, **own},
        turns=before.turns,
        marker=before.marker,
        defaults=before.defaults,
        conversations=before.conversations,
    )


def _differs(kind: Kind, base: Prepared, head: Prepared) -> bool:
    """Tell whether two requests differ in what such a change is about; what retrieval alters is found by searching."""
    before, after = base.request, head.request
    if base.application or head.application:
        return base.digest != head.digest  # what an application does with what changed nobody knows
    match kind:
        case Kind.PROMPT:
            return before.messages != after.messages
        case Kind.MODEL:
            return (before.provider, before.model) != (after.provider, after.model)
        case Kind.PARAMS | Kind.SCHEMA:
            return _settings(base) != _settings(head)
        case Kind.TOOLS:
            return prompt.as_sent(prompt.tools(before)) != prompt.as_sent(prompt.tools(after))
        case Kind.APPLICATION | Kind.RETRIEVAL | Kind.INDEX | Kind.COMMENT | Kind.OTHER:
            return False


def _settings(prepared: Prepared) -> str:
    """Write the parameters as they are sent: to Python 0 and 0.0 are equal, and to a request they are not."""
    return prompt.as_sent([dict(prepared.request.params), prepared.seed, prepared.steps])
