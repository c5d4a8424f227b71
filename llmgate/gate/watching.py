"""A state of the worktree → what the affected fixtures answer now, beside what they answered before: for authors.

One answer of each says nothing that a gate could go by. It is drawn in an experiment of the session's own and kept in
no baseline, so that nothing of it can become evidence, and what was answered in the session is not paid for again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from llmgate import grade, plan, progress, run, sides
from llmgate.config import Budget, Policy
from llmgate.errors import Fault
from llmgate.gate.inspecting import inspect
from llmgate.gate.outside import Outside
from llmgate.gate.sampled import engine_of
from llmgate.plan import Planned
from llmgate.question import Question
from llmgate.report.material import Material
from llmgate.run import Spent
from llmgate.sampling import drawing
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a fixture answered last; `key` names all that it depends on."""

    key: str
    graded: Graded


@dataclass(slots=True, kw_only=True)
class Session:
    """What an author saw since the watch began, and what was spent of the budget since it was last granted."""

    name: str
    seen: dict[str, Seen] = field(default_factory=dict)
    spent: Spent = field(default_factory=Spent)
    seconds: float = 0.0

    def grant(self) -> None:
        """Allow as much again."""
        self.spent, self.seconds = Spent(), 0.0

    def left(self, budget: Budget) -> Budget | None:
        """Say what may still be spent; nothing where a part of the budget is used up."""
        calls, usd = budget.calls - self.spent.calls, budget.usd - self.spent.usd
        minutes = budget.minutes - self.seconds / 60
        if min(calls, usd, minutes) <= 0:
            return None
        return Budget(calls=calls, usd=usd, minutes=minutes)

    def pay(self, spent: Spent, seconds: float) -> None:
        self.spent.calls += spent.calls
        self.spent.usd += spent.usd
        self.spent.unpriced += spent.unpriced
        self.seconds += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A fixture that is affected. `before` is nothing where nothing was answered; it is the base's at first."""

    fixture: str
    after: Graded
    before: Graded | None = None
    is_of_base: bool = False

    @property
    def is_reused(self) -> bool:
        """Whether all of its answer was seen before in the session."""
        calls = self.after.trace.calls
        return bool(calls) and all(call.reused for call in calls)

    @property
    def is_as_before(self) -> bool:
        """Whether outcome and words are what they were."""
        before = self.before
        return (
            before is not None
            and before.outcome is self.after.outcome
            and before.trace.output == self.after.trace.output
            and before.reason == self.after.reason
        )


@dataclass(slots=True, kw_only=True)
class Look:
    """What was seen. `served` are fixtures of applications, which are not run; `exhausted` says what ended it early."""

    budget: Budget
    rows: list[Row] = field(default_factory=list)
    unaffected: int = 0
    served: tuple[str, ...] = ()
    unfit: tuple[Fault, ...] = ()
    spent: Spent = field(default_factory=Spent)
    exhausted: str | None = None


def look(history: sides.History, question: Question, outside: Outside, session: Session) -> Look:
    """Ask for what differs from what was last seen, and for what failed then; at first, from what the base sends.

    Raises:
        ConfigurationError: where the worktree has faults.
        NotEvaluated: where a key or the base's configuration is missing.
    """
    material = Material(question=replace(question, every=True, drafting=True))
    today = dt.datetime.fromtimestamp(outside.clock.now(), tz=dt.UTC).date()
    arms = inspect(history, material, render=outside.render, today=today, engine=outside.engine)
    stored = sides.fixtures(history, question.base, arms[Arm.BASE].config).fixtures
    known = {name: each.fixture.digest for name, each in stored.items()}
    affected = [item for item in material.plan.runs if _is_affected(item, material, session, known)]
    asked = {item.id: item for item in affected if item.head.application is None}
    found = Look(
        budget=material.policy.budget,
        unaffected=len(material.plan.runs) - len(affected),
        served=tuple(item.id for item in affected if item.id not in asked),
        unfit=material.plan.unfit,
    )
    if asked:
        _ask(asked, material, outside, session, found)
    return found


def _is_affected(item: Planned, material: Material, session: Session, known: Mapping[str, str]) -> bool:
    """Tell whether to ask a fixture; `known` are the digests of the base's fixtures."""
    if (seen := session.seen.get(item.id)) is None:
        is_edited = item.case.fixture.digest != known.get(item.id)
        return is_edited or item.id not in material.plan.identical or bool(material.question.only)
    return seen.key != _key(item, material.policy) or seen.graded.outcome is not Outcome.PASSED


def _key(item: Planned, policy: Policy) -> str:
    return drawing.key(item, item.head, {name: policy.origin(name) for name in policy.providers})


def _ask(asked: Mapping[str, Planned], material: Material, outside: Outside, session: Session, found: Look) -> None:
    if (budget := session.left(found.budget)) is None:
        found.exhausted = "the budget of this session is used up"
        return
    before = {name: item for name, item in asked.items() if item.base is not None and name not in session.seen}
    material.plan = _only(material.plan, asked)
    answered: dict[Arm, dict[str, Graded]] = {arm: {} for arm in Arm}
    started = outside.clock.monotonic()
    with outside.store() as store, engine_of(store, session.name, budget, outside, material) as engine:
        found.spent = engine.spent
        outside.tell(progress.Opened(budget=budget, spent=engine.spent, most_trials=len(asked) + len(before)))
        outside.tell(progress.Begun(stage=progress.Stage.WATCH, trials=len(asked) + len(before), fixtures=len(asked)))
        try:
            for arm, items in ((Arm.BASE, before), (Arm.HEAD, asked)):
                answered[arm] = _answers(items, arm, engine, outside.tell)
        finally:
            session.pay(engine.spent, outside.clock.monotonic() - started)
        found.exhausted = engine.exhausted
    found.rows += _rows(asked, answered, material.policy, session)


def _only(planned: plan.Plan, asked: Mapping[str, Planned]) -> plan.Plan:
    """Keep what is asked, so that nobody else's key is wanted."""

    def kept(items: tuple[Planned, ...]) -> tuple[Planned, ...]:
        return tuple(item for item in items if item.id in asked)

    return replace(planned, compared=kept(planned.compared), new=kept(planned.new), excepted=kept(planned.excepted))


def _answers(items: Mapping[str, Planned], arm: Arm, engine: run.Engine, tell: progress.Tell) -> dict[str, Graded]:
    """Ask each once. Both arms count as the head's, so that the head's request is not paid for if the base's is it."""
    answered: dict[str, Graded] = {}

    def collect(trace: Trace) -> None:
        answered[trace.trial.fixture] = graded = grade.grade(trace, items[trace.trial.fixture].case.fixture)
        tell(graded)

    work = (
        replace(drawing.work(item, arm, 0), trial=Trial(fixture=name, arm=Arm.HEAD, index=0))
        for name, item in items.items()
        if item.on(arm).application is None
    )
    engine.run(run.interleaved(work), collect, stop=lambda: False)
    return answered


def _rows(
    asked: Mapping[str, Planned], answered: Mapping[Arm, Mapping[str, Graded]], policy: Policy, session: Session
) -> Iterator[Row]:
    """Put the answers beside those before, and remember them."""
    for name, item in sorted(asked.items()):
        if (after := answered[Arm.HEAD].get(name)) is None:
            continue
        seen = session.seen.get(name)
        before = seen.graded if seen else answered[Arm.BASE].get(name)
        session.seen[name] = Seen(key=_key(item, policy), graded=after)
        yield Row(fixture=name, after=after, before=before, is_of_base=seen is None and before is not None)
