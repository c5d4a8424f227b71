"""Changes × suite × policy → what runs on which arm, what is skipped and why, and which change nothing exercises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from llmgate.changes import Change, Kind
from llmgate.errors import ConfigurationError, Fault, RenderError
from llmgate.plan import exercising
from llmgate.plan.exercising import Drawn
from llmgate.plan.planned import Plan, Planned, Retrieval
from llmgate.preparing import Prepared, Render, Side, attached, outline
from llmgate.suite import Case, Suite, chosen
from llmgate.trial import Arm

__all__ = ["Plan", "Planned", "Prepared", "Render", "Retrieval", "Side", "make"]

Excepts = Callable[[str, str], bool]
"""Whether a fixture, by its id, does not count where the head sends the request with this digest."""


def nothing_is_excepted(_fixture: str, _request: str) -> bool:
    return False


@dataclass(slots=True, kw_only=True)
class _Draft:
    excepts: Excepts
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
    excepts: Excepts = nothing_is_excepted,
) -> Plan:
    """Decide what runs.

    `only` runs the named fixtures alone, for a look at single ones. Fixtures of which both arms send the same run where
    `alone` says so, or where some are named. What a change is exercised by, and which fixtures no longer fit, is found
    over the whole suite all the same: it costs no call, and both are about the change. What `excepts` takes out counts
    for nothing, so that it exercises nothing either.

    Raises:
        UsageError: where `only` names a fixture that the suite does not have, or of which nothing counts.
    """
    draft = _Draft(excepts=excepts)
    wanted = chosen(suite, only)
    for case in suite.cases:
        _place(case, sides, draft, alone=alone or bool(only))
    for items in (draft.compared, draft.new):
        items[:] = [item for each in items if (item := _attached(each, sides, draft, wanted)) is not None]
    aside = frozenset(item.id for item in draft.compared if item.excepted)
    drawn = Drawn(compared=draft.compared, new=draft.new, retrievals=draft.retrievals)
    several = {Kind.PROMPT} if sum(change.kind is Kind.PROMPT for change in changes) > 1 else set()
    exercised = [tuple(exercising.by(change, drawn, sides, swap=change.kind in several)) for change in changes]
    searched = [exercising.searching(change, drawn, sides) for change in changes]
    return Plan(
        compared=tuple(item for item in draft.compared if item.id in wanted - aside),
        new=tuple(item for item in draft.new if item.id in wanted),
        excepted=tuple(item for item in draft.compared if item.id in wanted & aside),
        identical=tuple(name for name in draft.identical if name in wanted),
        unfit=tuple(draft.unfit),
        baseless=tuple(draft.baseless),
        exercised=tuple(tuple(name for name in names if name not in aside) for names in exercised),
        excused=tuple(tuple(name for name in names if name in aside) for names in exercised),
        searched=tuple(tuple(name for name in names if name not in aside) for names in searched),
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
        excepted = draft.excepts(case.fixture.id, head.digest)
        draft.compared.append(Planned(case=case, head=head, base=base, excepted=excepted))


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
        id="fixture-unfit",
        remedy=error.remedy or "give the fixture what the prompt now needs",
    )
