"""Trials to draw → work for the engine, and traces → graded outcomes that are counted and kept for later baselines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from llmgate import grade, run
from llmgate.plan import Plan, Planned, Prepared
from llmgate.sampling.state import Sampled, Setting, Tally
from llmgate.store import Drawer, Sample, Store
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One trial of a pair: how it ended, when, in seconds since 1970, and what kind of failure it is, if it is one."""

    outcome: Outcome
    finished_at: float
    category: str | None = None


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
        application=prepared.application,
    )


def collector(
    plan: Plan, setting: Setting, sampled: Sampled, halves: dict[tuple[str, Arm], Half] | None = None
) -> Callable[[Trace], None]:
    """Grade each trace as it comes, count it, keep it for the baseline, and forget all but one example.

    What kind of failure it is costs more than all the rest, so it is asked only where it is counted.
    """
    by_id = {planned.id: planned for planned in plan.runs}
    stage = run.Stage.SCREEN if halves is None else run.Stage.CONFIRM

    def collect(trace: Trace) -> None:
        trial = trace.trial
        planned = by_id[trial.fixture]
        graded = grade.grade(trace, planned.case.fixture)
        sampled.add(graded)
        if halves is not None:
            halves[trial.fixture, trial.arm] = _half(planned, graded, setting)
        elif trial.fixture in sampled.sorted_out:
            _sort(sampled.tallies[trial.fixture, trial.arm], planned, graded, setting)
        if graded.outcome is not Outcome.ERROR:
            whose = Whose(
                experiment=setting.experiment,
                commit=setting.commits[trial.arm],
                origins=setting.origins,
                drawer=setting.drawer,
            )
            keep(planned, graded, setting.store, whose)
        setting.tell(graded)
        if setting.watch is not run.unwatched:
            drawn = work(planned, trial.arm, trial.index)
            setting.watch(run.Tried(work=drawn, graded=graded, stage=stage))

    return collect


def _half(planned: Planned, graded: Graded, setting: Setting) -> Half:
    failed = graded.outcome is Outcome.FAILED
    return Half(
        outcome=graded.outcome,
        finished_at=graded.trace.finished_at,
        category=setting.category(planned, graded) if failed else None,
    )


def _sort(tally: Tally, planned: Planned, graded: Graded, setting: Setting) -> None:
    """Count a trial of the screen, by kind where it failed."""
    tally.screened += graded.outcome is not Outcome.ERROR
    if graded.outcome is Outcome.FAILED:
        tally.categories[setting.category(planned, graded)] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """In which experiment, of which commit and by whom an outcome was drawn; `origins` are as for `key`."""

    experiment: str
    commit: str
    origins: Mapping[str, str]
    drawer: Drawer


def keep(planned: Planned, graded: Graded, store: Store, whose: Whose) -> None:
    """Add an outcome to the baseline of what was sent, where later runs may screen with it."""
    trial = graded.trial
    if not whose.drawer.keeps(trial.arm):
        return
    sample = Sample(
        passed=graded.outcome is Outcome.PASSED,
        commit=whose.commit,
        finished_at=graded.trace.finished_at,
        event=whose.drawer.event,
        subject=whose.drawer.subject,
    )
    store.baselines.keep(key(planned, planned.on(trial.arm), whose.origins), whose.experiment, trial, sample)


def key(planned: Planned, prepared: Prepared, origins: Mapping[str, str]) -> str:
    """Name a baseline by all that its outcomes depend on: the fixture's content, what is sent and to whom, who judges.

    `origins` are hosts and APIs by the names of providers.
    """
    case = planned.case
    asked = "".join(f"/{name}" for name in (case.judge, case.checkers, case.embedder) if name)
    sent = "".join(f"/{name}={origins.get(name, '')}" for name in sorted(prepared.providers))
    return f"{case.fixture.digest}/{prepared.digest}{asked}{sent}"
