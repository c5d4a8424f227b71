"""Changes × suite × policy → what runs on which arm, what is skipped and why, and which change nothing exercises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from llmgate.changes import Change, Happened, Kind
from llmgate.errors import ConfigurationError, Fault, RenderError
from llmgate.fixture import Fixture
from llmgate.preparing import Prepared, Render, Side, attached, outline
from llmgate.prompts import Prompt
from llmgate.retrieval import live, reach
from llmgate.retrieval.live import Found
from llmgate.suite import Case, Suite, chosen
from llmgate.surface import Surface
from llmgate.targets import prompt
from llmgate.trial import Arm, Retrieved

__all__ = ["Plan", "Planned", "Prepared", "Render", "Retrieval", "Side", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A fixture that runs. `base` is None where there is nothing to compare with."""

    case: Case
    head: Prepared
    base: Prepared | None = None

    @property
    def id(self) -> str:
        return self.case.fixture.id

    def on(self, arm: Arm) -> Prepared:
        if arm is Arm.HEAD:
            return self.head
        if self.base is None:
            raise ValueError(f"fixture {self.id!r} is new: it has no base")
        return self.base

    def documents(self, arm: Arm) -> tuple[Retrieved, ...]:
        """List the documents that the model sees on an arm: those that were found, else those that are replayed."""
        found = self.on(arm).found
        shown = self.case.fixture.context.documents if found is None else found.documents
        return tuple(Retrieved(id=item.id, text=item.text, score=item.score) for item in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """What both arms found for a `retrieval: live` fixture, whether it runs or sends the same bytes."""

    fixture: Fixture
    base: Found
    head: Found

    @property
    def differs(self) -> bool:
        """Whether the model sees anything else: other documents, or another order."""
        return live.digest(self.base) != live.digest(self.head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`compared` run on both arms, `new` on the head alone, `identical` not at all: both arms send the same bytes.

    `exercised` lists for each change, by its place, the fixtures that send what it changed, `searched` those whose
    search on both arms would have shown it. `retrievals` are the live fixtures with what both arms found. `unfit` are
    fixtures that the head's prompts or targets can no longer take, `baseless` those of the base that its own prompts
    cannot: they run on the head, and nothing can be said of them.
    """

    compared: tuple[Planned, ...] = ()
    new: tuple[Planned, ...] = ()
    identical: tuple[str, ...] = ()
    unfit: tuple[Fault, ...] = ()
    baseless: tuple[str, ...] = ()
    exercised: tuple[tuple[str, ...], ...] = ()
    searched: tuple[tuple[str, ...], ...] = ()
    retrievals: tuple[Retrieval, ...] = ()
    screen: int | Literal["auto"] = "auto"

    @property
    def runs(self) -> tuple[Planned, ...]:
        """Everything that is run, on one arm or both."""
        return (*self.compared, *self.new)

    @property
    def providers(self) -> frozenset[str]:
        """The providers that will be asked."""
        prepared = (item.on(arm) for item in self.compared for arm in Arm)
        return frozenset(name for one in (*prepared, *(item.head for item in self.new)) for name in one.providers)


@dataclass(slots=True, kw_only=True)
class _Draft:
    compared: list[Planned] = field(default_factory=list)
    new: list[Planned] = field(default_factory=list)
    identical: list[str] = field(default_factory=list)
    unfit: list[Fault] = field(default_factory=list)
    baseless: list[str] = field(default_factory=list)
    retrievals: list[Retrieval] = field(default_factory=list)


def make(
    changes: tuple[Change, ...],
    suite: Suite,
    sides: Mapping[Arm, Side],
    *,
    screen: int | Literal["auto"] = "auto",
    only: Iterable[str] = (),
    alone: bool = False,
) -> Plan:
    """Decide what runs.

    `only` runs the named fixtures alone, for a look at single ones. Fixtures of which both arms send the same run where
    `alone` says so, or where some are named. What a change is exercised by, and which fixtures no longer fit, is found
    over the whole suite all the same: it costs no call, and both are about the change.

    Raises:
        UsageError: where `only` names a fixture that the suite does not have, or of which nothing counts.
    """
    draft = _Draft()
    wanted = chosen(suite, only)
    for case in suite.cases:
        _place(case, sides, draft, alone=alone or bool(only))
    for items in (draft.compared, draft.new):
        items[:] = [item for each in items if (item := _attached(each, sides, draft, wanted)) is not None]
    several = {Kind.PROMPT} if sum(change.kind is Kind.PROMPT for change in changes) > 1 else set()
    return Plan(
        compared=tuple(item for item in draft.compared if item.id in wanted),
        new=tuple(item for item in draft.new if item.id in wanted),
        identical=tuple(name for name in draft.identical if name in wanted),
        unfit=tuple(draft.unfit),
        baseless=tuple(draft.baseless),
        exercised=tuple(tuple(_exercising(change, draft, sides, swap=change.kind in several)) for change in changes),
        searched=tuple(tuple(_searching(change, draft, sides)) for change in changes),
        retrievals=tuple(draft.retrievals),
        screen=screen,
    )


def _place(case: Case, sides: Mapping[Arm, Side], draft: _Draft, *, alone: bool) -> None:
    try:
        head = outline(case.fixture, sides[Arm.HEAD])
    except RenderError as error:
        draft.unfit.append(_unfit(case, error))
        return
    if case.new:
        draft.new.append(Planned(case=case, head=head))
        return
    try:
        base = outline(case.fixture, sides[Arm.BASE])
    except (RenderError, ConfigurationError):
        draft.new.append(Planned(case=case, head=head))
        if case.fixture.target in sides[Arm.BASE].config.targets:
            draft.baseless.append(case.fixture.id)
        return
    if base.found is not None and head.found is not None:
        draft.retrievals.append(Retrieval(fixture=case.fixture, base=base.found, head=head.found))
    if base.digest == head.digest:
        draft.identical.append(case.fixture.id)
        draft.new += [Planned(case=case, head=head)] if alone else []
    else:
        draft.compared.append(Planned(case=case, head=head, base=base))


def _attached(planned: Planned, sides: Mapping[Arm, Side], draft: _Draft, wanted: frozenset[str]) -> Planned | None:
    """Read the files of a fixture that runs; one whose files are not those that it records fits no more."""
    if planned.id not in wanted:
        return planned
    try:
        base = attached(planned.base, sides[Arm.BASE]) if planned.base else None
        return replace(planned, base=base, head=attached(planned.head, sides[Arm.HEAD]))
    except RenderError as error:
        draft.unfit.append(_unfit(planned.case, error))
        return None


def _unfit(case: Case, error: RenderError) -> Fault:
    return Fault(
        file=case.file,
        line=case.line,
        message=f"fixture {case.fixture.id!r} no longer fits the head: {error.message}",
        remedy=error.remedy or "give the fixture what the prompt now needs",
    )


def _exercising(change: Change, draft: _Draft, sides: Mapping[Arm, Side], *, swap: bool) -> Iterator[str]:
    """Name the fixtures whose request holds what changed.

    Replayed documents are frozen, so a change of retrieval is among it only where documents are searched for. New
    fixtures count for what is new as well; for what the base had they show nothing, as they have no base. With `swap`,
    for one change of a prompt among several, the head is rendered once more with that file as it was: only where that
    alters the request is it held.
    """
    if change.kind in _SEARCHED:
        yield from _finding_otherwise(change, draft, sides)
    for planned in draft.compared:
        if planned.base is None or planned.case.fixture.target not in change.targets:
            continue
        if _differs(change.kind, planned.base, planned.head) and not (swap and _is_idle(change, planned, sides)):
            yield planned.id
    yield from _new_for(change, draft)


_SEARCHED = frozenset({Kind.RETRIEVAL, Kind.INDEX})


def _new_for(change: Change, draft: _Draft) -> Iterator[str]:
    """Name the new fixtures of a target that a new thing belongs to."""
    if change.happened is Happened.ADDED:
        new = (planned for planned in draft.new if planned.case.new and planned.case.fixture.target in change.targets)
        for planned in new:
            if planned.head.found or planned.head.application or change.kind not in _SEARCHED:
                yield planned.id


def _finding_otherwise(change: Change, draft: _Draft, sides: Mapping[Arm, Side]) -> Iterator[str]:
    """Name the live fixtures that find other documents where a search can show the change."""
    differing = {found.fixture.id for found in draft.retrievals if found.differs}
    yield from (name for name in _searching(change, draft, sides) if name in differing)


def _searching(change: Change, draft: _Draft, sides: Mapping[Arm, Side]) -> Iterator[str]:
    """Name the live fixtures whose search on both arms shows what a change does, if it does anything."""
    if change.kind not in _SEARCHED or not change.affects_requests:
        return
    for found in draft.retrievals:
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
