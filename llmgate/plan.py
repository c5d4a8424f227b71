"""Changes × suite × policy → what runs on which arm, what is skipped and why, and which change nothing exercises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from llmgate.changes import Change, Kind
from llmgate.config import Config, ModelEntry, TargetEntry
from llmgate.errors import ConfigurationError, Fault, RenderError
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
    """One arm's request for a fixture. `digest` takes the model entry's seed, not those of single trials."""

    request: Request
    digest: str
    params: Mapping[str, JsonValue]
    max_steps: int


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
    the head's prompts or targets can no longer take.
    """

    compared: tuple[Planned, ...] = ()
    new: tuple[Planned, ...] = ()
    identical: tuple[str, ...] = ()
    unfit: tuple[Fault, ...] = ()
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


def make(
    changes: tuple[Change, ...],
    suite: Suite,
    sides: Mapping[Arm, Side],
    *,
    screen: int | Literal["auto"] = "auto",
    only: Iterable[str] = (),
) -> Plan:
    """Decide what runs. `only` keeps the named fixtures, for a look at single ones."""
    draft = _Draft()
    wanted = frozenset(only)
    for case in suite.cases:
        if not wanted or case.fixture.id in wanted:
            _place(case, sides, draft)
    running = (*draft.compared, *draft.new)
    return Plan(
        compared=tuple(draft.compared),
        new=tuple(draft.new),
        identical=tuple(draft.identical),
        unfit=tuple(draft.unfit),
        exercised=tuple(tuple(_exercising(change, running)) for change in changes),
        screen=screen,
    )


def _place(case: Case, sides: Mapping[Arm, Side], draft: _Draft) -> None:
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
        # The base cannot take this form of the fixture, so there is no base to be worse than.
        draft.new.append(Planned(case=case, head=head))
        return
    if base.digest == head.digest:
        draft.identical.append(case.fixture.id)
    else:
        draft.compared.append(Planned(case=case, head=head, base=base))


def _prepared(fixture: Fixture, side: Side) -> Prepared:
    target = side.config.targets.get(fixture.target)
    if target is None:
        known = ", ".join(sorted(side.config.targets)) or "none"
        raise RenderError(f"there is no target {fixture.target!r}", remedy=f"targets in llmgate.yaml: {known}")
    entry = _entry(target, side.surface)
    rendered = side.render(side.surface.prompts[target.prompt], prompt.variables(fixture))
    request = prompt.request(fixture, target, entry, rendered)
    declared = entry.params.get("seed")
    digest = prompt.digest(request, seed=declared if isinstance(declared, int) else None)
    return Prepared(request=request, digest=digest, params=entry.params, max_steps=target.max_steps)


def _entry(target: TargetEntry, surface: Surface) -> ModelEntry:
    return surface.model(target.model)


def _unfit(case: Case, error: RenderError) -> Fault:
    return Fault(
        file=case.file,
        line=case.line,
        message=f"fixture {case.fixture.id!r} no longer fits the head: {error.message}",
        remedy=error.remedy or "give the fixture what the prompt now needs",
    )


def _exercising(change: Change, running: Iterable[Planned]) -> Iterator[str]:
    for planned in running:
        if planned.case.fixture.target in change.targets and (
            planned.base is None or _differs(change.kind, planned.base, planned.head)
        ):
            yield planned.id


def _differs(kind: Kind, base: Prepared, head: Prepared) -> bool:
    before, after = base.request, head.request
    match kind:
        case Kind.PROMPT:
            return before.messages != after.messages
        case Kind.MODEL:
            return (before.provider, before.model) != (after.provider, after.model)
        case Kind.PARAMS | Kind.SCHEMA:
            return (base.params, base.max_steps) != (head.params, head.max_steps)
        case Kind.TOOLS:
            return before.tools != after.tools
        case Kind.RETRIEVAL | Kind.INDEX:
            return False  # replayed documents are frozen: a change of retrieval does not reach them
