"""The default branch at night → whether its provider changed, and one more gate of it against itself.

Both are drawn live, after the baseline, within `policy.watch` and what the baseline left of the budget. Neither fails
anything: nothing was to be merged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from llmgate import compare, grade, run, sampling, sides
from llmgate.calibrating import answer
from llmgate.config import Budget, Policy
from llmgate.errors import NotEvaluated
from llmgate.gate import calibrating, sampled, whole
from llmgate.gate.outside import Ground, Outside
from llmgate.plan import Planned
from llmgate.report.calibrated import Calibrated
from llmgate.report.material import Material
from llmgate.run import Spent
from llmgate.sampling import Drifted, drawing, screening
from llmgate.store import Sample, Store
from llmgate.trial import Arm, Outcome, Trace, Trial

SETTLED_S = 12 * 3600.0
"""Outcomes that are younger are of this night: held against them, a change of the provider would not show."""
LEAST = 4


class State(StrEnum):
    NONE = "none"
    FOUND = "found"
    UNKNOWN = "unknown"


@dataclass(slots=True, kw_only=True)
class Watched:
    """What the night showed. `why` says what kept a drift from being looked for, `stopped` an A/A gate from its end."""

    state: State = State.UNKNOWN
    why: str = ""
    drifted: Drifted | None = None
    fixtures: int = 0
    trials: int = 0
    ended: bool = False
    stopped: str = ""
    kept: Calibrated | None = None
    alpha: float = 0.05
    spent: Spent = field(default_factory=Spent)

    @property
    def is_blocking_too_often(self) -> bool:
        """Whether gates of this suite against itself have blocked more often than they may."""
        if self.kept is None:
            return False
        counted = answer.counted(gates=self.kept.gates, blocked=self.kept.blocked, flagged=self.kept.flagged)
        return bool(answer.exit_code(counted, self.alpha))


def watch(history: sides.History, commit: str, outside: Outside, spent: Spent) -> Watched | None:
    """Look for a drift, then go on with an A/A gate; None where the policy wants neither. `spent` is gone already.

    Raises:
        ConfigurationError: where the revision has faults.
    """
    material, arms = whole.read(history, commit, outside)
    policy = material.policy
    watched = Watched(alpha=policy.alpha)
    if not policy.watch.calls:
        return None
    try:
        ground = whole.ground(history, material, {Arm.BASE: arms[Arm.BASE]})
        items, _ = whole.planned(material)
        _drift(_Night(items=items, material=material, ground=ground, outside=outside, found=watched), spent)
    except NotEvaluated as error:
        watched.why = error.message
    if policy.watch.aa and (left := _calls(policy, spent, watched.spent)) > 0:
        usd = policy.budget.usd - spent.usd - watched.spent.usd
        _against_itself(history, commit, outside, watched, calibrating.Wish(repeats=1, calls=left, usd=usd))
    return watched


def _calls(policy: Policy, before: Spent, watched: Spent) -> int:
    """Return how many calls are left: of the night's own, and of the run's."""
    return min(policy.watch.calls - watched.calls, policy.budget.calls - before.calls - watched.calls)


def _against_itself(
    history: sides.History, commit: str, outside: Outside, watched: Watched, wish: calibrating.Wish
) -> None:
    try:
        ran = calibrating.run_gates(history, commit, outside, wish)
    except NotEvaluated as error:
        watched.stopped = error.message
        return
    watched.ended, watched.kept, watched.stopped = bool(ran.ended), ran.kept, ran.unfinished or ""
    watched.spent.calls += ran.spent.calls
    watched.spent.usd += ran.spent.usd


@dataclass(frozen=True, slots=True, kw_only=True)
class _Night:
    """What fresh trials are drawn with; `found` is filled in."""

    items: Mapping[str, Planned]
    material: Material
    ground: Ground
    outside: Outside
    found: Watched

    @property
    def origins(self) -> Mapping[str, str]:
        policy = self.material.policy
        return {name: policy.origin(name) for name in policy.providers}

    @property
    def name(self) -> str:
        """Name the night's trials by its day: a second run finds them, and asks for nothing again."""
        return f"watch:{self.day.isoformat()}"

    @property
    def day(self) -> dt.date:
        return dt.datetime.fromtimestamp(self.outside.clock.now(), tz=dt.UTC).date()

    def stored(self, store: Store) -> dict[str, tuple[Sample, ...]]:
        """Find the outcomes of earlier nights, where there are enough to be held against."""
        now = self.outside.clock.now()
        since, until = now - screening.BASELINE_TTL_S, now - SETTLED_S
        found = {
            name: tuple(
                sample
                for sample in store.baselines.find(
                    drawing.key(item, item.head, self.origins), besides=self.name, since=since
                )
                if sample.finished_at <= until
            )
            for name, item in self.items.items()
        }
        return {name: samples for name, samples in found.items() if len(samples) >= screening.MIN_STORED}

    def draw(self, store: Store, names: Sequence[str], each: int, budget: Budget) -> dict[str, list[bool]]:
        """Draw so many fresh trials of each of these fixtures, and keep them for later baselines."""
        passed: dict[str, list[bool]] = {name: [] for name in names}
        hosting = self.outside.hosting(self.ground) if any(self.items[n].head.application for n in names) else None

        def collect(trace: Trace) -> None:
            item = self.items[trace.trial.fixture]
            graded = grade.grade(trace, item.case.fixture)
            if graded.outcome is not Outcome.ERROR:
                passed[item.id].append(graded.outcome is Outcome.PASSED)
                commit = self.material.question.base
                drawer = self.outside.drawer
                whose = drawing.Whose(experiment=self.name, commit=commit, origins=self.origins, drawer=drawer)
                drawing.keep(item, graded, store, whose)

        with sampled.engine_of(store, self.name, budget, self.outside, self.material, hosting=hosting) as engine:
            work = [drawing.work(self.items[name], Arm.BASE, index) for name in names for index in range(each)]
            engine.run(run.interleaved(work), collect, stop=lambda: False)
            self.found.spent = engine.spent
            self.found.why = engine.exhausted or ""
        return passed


def _drift(night: _Night, spent: Spent) -> None:
    """Choose fixtures by lot, draw them again, and hold the fresh trials against the stored ones."""
    found, policy = night.found, night.material.policy
    with night.outside.store() as store:
        stored = night.stored(store)
        calls = min(policy.watch.calls // 2, policy.budget.calls - spent.calls)
        names, each = _chosen(night, stored, calls)
        if not names:
            found.why = "too few outcomes of earlier nights are stored" if not stored else "too few calls are allowed"
            return
        budget = policy.budget.model_copy(update={"calls": calls, "usd": max(policy.budget.usd - spent.usd, 0.01)})
        fresh = night.draw(store, names, each, budget)
    found.fixtures, found.trials = len(names), sum(map(len, fresh.values()))
    if found.why or any(len(trials) < min(each, LEAST) for trials in fresh.values()):
        found.why = found.why or "too many trials had no answer"
        return
    drift = compare.drift([_kept(name, stored[name], fresh[name]) for name in names])
    found.state = State.NONE if drift is None else State.FOUND
    if drift is not None:
        since = max(sample.finished_at for name in drift.fixtures for sample in stored[name])
        found.drifted = Drifted(drift=drift, since=since)


def _chosen(night: _Night, stored: Mapping[str, object], calls: int) -> tuple[list[str], int]:
    """Choose by the day's lot, before anything is drawn, so that over the nights every fixture has its turn."""
    if not stored:
        return [], 0
    costs = max(sampling.fewest_calls(night.items[name]) for name in stored)
    each = min(max(calls // costs // len(stored), LEAST), compare.FRESH)
    lot = night.day.toordinal()
    ordered = sorted(stored, key=lambda name: run.shuffle_key(Trial(fixture=name, arm=Arm.BASE, index=lot)))
    return ordered[: max(calls, 0) // costs // each], each


def _kept(name: str, samples: Sequence[Sample], fresh: Sequence[bool]) -> compare.Kept:
    return compare.Kept(
        fixture=name,
        stored=compare.Count(passed=sum(sample.passed for sample in samples), trials=len(samples)),
        fresh=compare.Count(passed=sum(fresh), trials=len(fresh)),
    )
