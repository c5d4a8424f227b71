"""Changes × suite × policy → what runs on which arm, what is skipped and why, and which change nothing exercises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import JsonValue

from llmgate import run
from llmgate.changes import Change, Happened, Kind
from llmgate.config import Config, ModelEntry, TargetEntry
from llmgate.errors import ConfigurationError, Fault, RenderError, UsageError
from llmgate.fixture import Fixture
from llmgate.prompts import Prompt
from llmgate.suite import Case, Suite
from llmgate.surface import Surface
from llmgate.targets import prompt
from llmgate.trial import Arm, Request

Render = Callable[[Prompt, Mapping[str, JsonValue]], prompt.Rendered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One revision as the plan sees it. Each has a renderer of its own: what one arm's template does stays there."""

    config: Config
    surface: Surface
    render: Render


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One arm's request for a fixture. `digest` takes the recorded seed, not those of single trials.

    `max_steps` is part of it only where tools are offered: without them a conversation has one step.
    """

    request: Request
    digest: str
    params: Mapping[str, JsonValue]
    seed: int | None
    max_steps: int

    @property
    def steps(self) -> int:
        """The most calls that one trial takes."""
        return self.max_steps if self.request.tools else 1


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`compared` run on both arms, `new` on the head alone, `identical` not at all: both arms send the same bytes.

    `exercised` lists for each change, by its place, the fixtures that send what it changed. `unfit` are fixtures that
    the head's prompts or targets can no longer take, `baseless` those of the base that its own prompts cannot: they run
    on the head, and nothing can be said of them.
    """

    compared: tuple[Planned, ...] = ()
    new: tuple[Planned, ...] = ()
    identical: tuple[str, ...] = ()
    unfit: tuple[Fault, ...] = ()
    baseless: tuple[str, ...] = ()
    exercised: tuple[tuple[str, ...], ...] = ()
    screen: int | Literal["auto"] = "auto"

    @property
    def runs(self) -> tuple[Planned, ...]:
        """Everything that is run, on one arm or both."""
        return (*self.compared, *self.new)

    @property
    def providers(self) -> frozenset[str]:
        """The providers that will be asked."""
        prepared = (item.on(arm) for item in self.compared for arm in Arm)
        return frozenset(one.request.provider for one in (*prepared, *(item.head for item in self.new)))


@dataclass(slots=True, kw_only=True)
class _Draft:
    compared: list[Planned] = field(default_factory=list)
    new: list[Planned] = field(default_factory=list)
    identical: list[str] = field(default_factory=list)
    unfit: list[Fault] = field(default_factory=list)
    baseless: list[str] = field(default_factory=list)


def make(
    changes: tuple[Change, ...],
    suite: Suite,
    sides: Mapping[Arm, Side],
    *,
    screen: int | Literal["auto"] = "auto",
    only: Iterable[str] = (),
) -> Plan:
    """Decide what runs.

    `only` runs the named fixtures alone, for a look at single ones, also where both arms send the same. What a change
    is exercised by, and which fixtures no longer fit, is found over the whole suite all the same: it costs no call, and
    both are about the change.

    Raises:
        UsageError: where `only` names a fixture that the suite does not have.
    """
    draft = _Draft()
    wanted = frozenset(only) or frozenset(case.fixture.id for case in suite.cases)
    if unknown := sorted(wanted - {case.fixture.id for case in suite.cases}):
        raise UsageError(f"there is no fixture {', '.join(unknown)}", remedy="name fixtures that are active, by id")
    for case in suite.cases:
        _place(case, sides, draft, alone=bool(only))
    several = {Kind.PROMPT} if sum(change.kind is Kind.PROMPT for change in changes) > 1 else set()
    return Plan(
        compared=tuple(item for item in draft.compared if item.id in wanted),
        new=tuple(item for item in draft.new if item.id in wanted),
        identical=tuple(name for name in draft.identical if name in wanted),
        unfit=tuple(draft.unfit),
        baseless=tuple(draft.baseless),
        exercised=tuple(tuple(_exercising(change, draft, sides, swap=change.kind in several)) for change in changes),
        screen=screen,
    )


def _place(case: Case, sides: Mapping[Arm, Side], draft: _Draft, *, alone: bool) -> None:
    try:
        head = _prepared(case.fixture, sides[Arm.HEAD])
    except RenderError as error:
        draft.unfit.append(_unfit(case, error))
        return
    if case.new:
        draft.new.append(Planned(case=case, head=head))
        return
    try:
        base = _prepared(case.fixture, sides[Arm.BASE])
    except (RenderError, ConfigurationError):
        draft.new.append(Planned(case=case, head=head))
        if case.fixture.target in sides[Arm.BASE].config.targets:
            draft.baseless.append(case.fixture.id)
        return
    if base.digest == head.digest:
        draft.identical.append(case.fixture.id)
        draft.new += [Planned(case=case, head=head)] if alone else []
    else:
        draft.compared.append(Planned(case=case, head=head, base=base))


def _prepared(fixture: Fixture, side: Side) -> Prepared:
    target = side.config.targets.get(fixture.target)
    if target is None:
        known = ", ".join(sorted(side.config.targets)) or "none"
        raise RenderError(f"there is no target {fixture.target!r}", remedy=f"targets in llmgate.yaml: {known}")
    entry = _entry(target, side.surface)
    source = side.surface.prompt(target.prompt)
    request = prompt.request(fixture, target, entry, side.render(source, prompt.variables(fixture)), source=source)
    seed = run.recorded_seed(fixture, entry.params)
    steps = f"/{target.max_steps}" if request.tools else ""
    digest = prompt.digest(request, seed=seed) + steps
    return Prepared(request=request, digest=digest, params=entry.params, seed=seed, max_steps=target.max_steps)


def _entry(target: TargetEntry, surface: Surface) -> ModelEntry:
    return surface.model(target.model)


def _unfit(case: Case, error: RenderError) -> Fault:
    return Fault(
        file=case.file,
        line=case.line,
        message=f"fixture {case.fixture.id!r} no longer fits the head: {error.message}",
        remedy=error.remedy or "give the fixture what the prompt now needs",
    )


def _exercising(change: Change, draft: _Draft, sides: Mapping[Arm, Side], *, swap: bool) -> Iterator[str]:
    """Name the fixtures whose request holds what changed.

    Replayed documents are frozen, so no change of retrieval is among it. New fixtures count for what is new as well;
    for what the base had they show nothing, as they have no base. With `swap`, for one change of a prompt among
    several, the head is rendered once more with that file as it was: only where that alters the request is it held.
    """
    if change.kind in (Kind.RETRIEVAL, Kind.INDEX):
        return
    for planned in draft.compared:
        if planned.base is None or planned.case.fixture.target not in change.targets:
            continue
        if _differs(change.kind, planned.base, planned.head) and not (swap and _is_idle(change, planned, sides)):
            yield planned.id
    for planned in draft.new:
        if planned.case.new and change.happened is Happened.ADDED and planned.case.fixture.target in change.targets:
            yield planned.id


def _is_idle(change: Change, planned: Planned, sides: Mapping[Arm, Side]) -> bool:
    """Tell whether the request stays the same when what changed is put back to what the base has."""
    head, fixture = sides[Arm.HEAD], planned.case.fixture
    whole = head.surface.prompt(head.config.targets[fixture.target].prompt)
    swapped = _put_back(change, whole, sides[Arm.BASE].surface)
    if swapped is None:
        return False
    prompts = {**head.surface.prompts, whole.reference: swapped}
    side = replace(head, surface=replace(head.surface, prompts=prompts))
    try:
        return _prepared(fixture, side).request.messages == planned.head.request.messages
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
    before, after = base.request, head.request
    match kind:
        case Kind.PROMPT:
            return before.messages != after.messages
        case Kind.MODEL:
            return (before.provider, before.model) != (after.provider, after.model)
        case Kind.PARAMS | Kind.SCHEMA:
            return _settings(base) != _settings(head)
        case Kind.TOOLS:
            return before.tools != after.tools
        case Kind.RETRIEVAL | Kind.INDEX | Kind.COMMENT:
            return False


def _settings(prepared: Prepared) -> str:
    """Write the parameters as they are sent: to Python 0 and 0.0 are equal, and to a request they are not."""
    return prompt.canonical([dict(prepared.request.params), prepared.seed, prepared.steps])
