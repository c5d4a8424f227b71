"""Trials to draw → work for the engine, and traces → graded outcomes that are counted and kept for later baselines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from llmgate import grade, run
from llmgate.plan import Plan, Planned, Prepared
from llmgate.sampling.state import Sampled, Setting
from llmgate.store import Sample
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One trial of a pair: how it ended, and when, in seconds since 1970."""

    outcome: Outcome
    finished_at: float


def work(planned: Planned, arm: Arm, index: int) -> run.Work:
    prepared = planned.on(arm)
    trial = Trial(fixture=planned.id, arm=arm, index=index)
    return run.Work(
        trial=trial,
        fixture=planned.case.fixture,
        request=prepared.request,
        max_steps=prepared.max_steps,
        seed=run.seed(planned.case.fixture, prepared.params, trial),
        documents=planned.documents(arm),
    )


def collector(
    plan: Plan, setting: Setting, sampled: Sampled, halves: dict[tuple[str, Arm], Half] | None = None
) -> Callable[[Trace], None]:
    """Grade each trace as it comes, count it, keep it for the baseline, and forget all but one example."""
    by_id = {planned.id: planned for planned in plan.runs}
    stage = run.Stage.SCREEN if halves is None else run.Stage.CONFIRM

    def collect(trace: Trace) -> None:
        trial = trace.trial
        planned = by_id[trial.fixture]
        graded = grade.grade(trace, planned.case.fixture)
        sampled.add(graded)
        if halves is not None:
            halves[trial.fixture, trial.arm] = Half(outcome=graded.outcome, finished_at=trace.finished_at)
        if graded.outcome is not Outcome.ERROR:
            _keep(planned, graded, setting)
        setting.progress(graded)
        if setting.watch is not run.unwatched:
            drawn = work(planned, trial.arm, trial.index)
            setting.watch(run.Tried(work=drawn, graded=graded, stage=stage))

    return collect


def _keep(planned: Planned, graded: Graded, setting: Setting) -> None:
    trial = graded.trial
    prepared = planned.on(trial.arm)
    passed = graded.outcome is Outcome.PASSED
    sample = Sample(passed=passed, commit=setting.commits[trial.arm], finished_at=graded.trace.finished_at)
    setting.store.keep(key(planned, prepared), setting.experiment, trial, sample)


def key(planned: Planned, prepared: Prepared) -> str:
    """Name a baseline by all that its outcomes depend on: the fixture's content, what is sent, and who judges it."""
    case = planned.case
    asked = "".join(f"/{name}" for name in (case.judge, case.checkers, case.embedder) if name)
    return f"{case.fixture.digest}/{prepared.digest}{asked}"
