"""A revision → gates of it against itself: real calls on both arms, fresh in each gate, decided as any other gate.

A gate is an experiment of its own. One that is stopped is continued by the next run, whose trials it takes from the
journal; one that ended is recorded and never drawn from again. So no trial serves two gates, and none serves two
places of the same gate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from llmgate import plan, progress, run, sampling, sides
from llmgate.calibrating.trials import Drawn
from llmgate.config import Budget
from llmgate.errors import NotEvaluated
from llmgate.gate import record, sampled, whole
from llmgate.gate.outside import Ground, Outside
from llmgate.report.calibrated import Calibrated
from llmgate.report.material import Material
from llmgate.run import Spent
from llmgate.store import Store
from llmgate.trial import Graded


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How many gates are run, and what they may take in all, where that is less than the policy's budget.

    `resamples` are gates that are simulated from their trials, at most, for a few seconds.
    """

    repeats: int
    calls: int | None = None
    usd: float | None = None
    resamples: int = 1_000


@dataclass(slots=True, kw_only=True)
class Ran:
    """What the gates showed. `unfinished` says why the last one did not end: the next run goes on with it."""

    commit: str
    suite: str
    material: Material
    left_out: tuple[str, ...]
    ended: list[record.Ended] = field(default_factory=list)
    passed: int = 0
    drawn: Drawn = field(default_factory=Drawn)
    spent: Spent = field(default_factory=Spent)
    kept: Calibrated = field(default_factory=Calibrated)
    error: str = ""
    unfinished: str | None = None

    @property
    def plan(self) -> plan.Plan:
        return self.material.plan


def run_gates(history: sides.History, commit: str, outside: Outside, wish: Wish) -> Ran:
    """Run gates of a revision against itself until there are enough, or the budget ends.

    Raises:
        ConfigurationError: where the revision has faults.
        NotEvaluated: where a key is missing, nothing can be run, or too many trials have no answer.
    """
    material, arms = whole.read(history, commit, outside)
    items, served = whole.planned(material)
    ground = whole.ground(history, material, arms)
    material.plan = replace(material.plan, compared=tuple(items.values()), new=(), identical=())
    suite = record.named(history, commit, next(iter(arms.values())).config)
    ran = Ran(commit=commit, suite=suite, material=material, left_out=served)
    started = outside.clock.monotonic()
    with outside.store() as store:
        while len(ran.ended) < wish.repeats and (budget := _left(ran, wish, outside.clock.monotonic() - started)):
            if not _gate(ran, ground, outside, store, budget):
                break
        ran.kept = record.read(store, suite) or Calibrated()
    return ran


def _left(ran: Ran, wish: Wish, seconds: float) -> Budget | None:
    """Return what is left of the policy's budget after so many seconds, or None."""
    budget, spent = ran.material.policy.budget, ran.spent
    calls = min(budget.calls, wish.calls or budget.calls) - spent.calls
    usd = min(budget.usd, budget.usd if wish.usd is None else wish.usd) - spent.usd
    left = {"calls": calls, "usd": usd, "minutes": budget.minutes - seconds / 60}
    return budget.model_copy(update=left) if min(left.values()) > 0 else None


def _gate(ran: Ran, ground: Ground, outside: Outside, store: Store, budget: Budget) -> bool:
    """Run one gate; tell whether it came to its end.

    Raises:
        NotEvaluated: where its screen could not be completed for want of answers.
    """
    material, name = ran.material, record.experiment(store, ran.suite)
    hosting = outside.hosting(ground) if any(item.head.application for item in ran.plan.runs) else None
    with sampled.engine_of(store, name, budget, outside, material, hosting=hosting) as engine:
        material.most_trials = sampling.most_trials(ran.plan, sampled.rules_of(material.policy))
        outside.tell(progress.Opened(budget=budget, spent=engine.spent, most_trials=material.most_trials))
        drawing = sampled.Drawing(store=store, engine=engine, experiment=name, collect=_collector(ran, name))
        found = sampling.sample(ran.plan, sampled.setting_of(ground, outside, material, drawing))
        _spend(ran, engine)
    ran.unfinished = engine.exhausted or found.stopped or found.problem
    if ran.unfinished or found.comparison is None:
        if found.problem and not engine.exhausted:
            raise NotEvaluated(
                found.problem, id="too-many-errors", remedy="run it again when the cause is gone: it goes on from there"
            )
        return False
    comparison = found.comparison
    ended = record.Ended(
        experiment=name,
        commit=ran.commit,
        blocked=comparison.blocked,
        flagged=bool(comparison.suspects) or comparison.suite.flagged,
    )
    record.write(store, ran.suite, ended, outside.clock.now())
    ran.ended.append(ended)
    return True


def _collector(ran: Ran, name: str) -> Callable[[Graded], None]:
    def collect(graded: Graded) -> None:
        ran.drawn.add(name, graded)
        if not ran.error and graded.reason and graded.trace.error:
            ran.error = graded.reason

    return collect


def _spend(ran: Ran, engine: run.Engine) -> None:
    spent, more = ran.spent, engine.spent
    spent.calls += more.calls
    spent.reused += more.reused
    spent.errors += more.errors
    spent.usd += more.usd
    spent.unpriced += more.unpriced
