"""A revision's fixtures → outcomes of their requests in the store, which later gates screen against.

They are drawn in rounds, each an experiment of its own that goes on until all of it was drawn, whichever revisions it
meets meanwhile: a killed run, or one whose batches are not answered yet, is continued by the next. A round draws what
is missing of the wanted number among the outcomes of the last week, so that a baseline is renewed before it is stale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from llmgate import applications, grade, progress, run, sides
from llmgate.gate import batchable, whole
from llmgate.gate.outside import Ground, Outside
from llmgate.gate.sampled import graders, grading
from llmgate.plan import Planned
from llmgate.report.material import Material
from llmgate.run import Gathered, Spent
from llmgate.sampling import drawing
from llmgate.store import Store
from llmgate.trial import Arm, Outcome, Trace

FRESH_S = 7 * 24 * 3600.0
"""Half of what a screen accepts: outcomes that are older are drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for in the place of the policy's: samples of each fixture, and in batches or not."""

    samples: int | None = None
    batch: bool | None = None


@dataclass(slots=True, kw_only=True)
class Stocked:
    """What was drawn. `live` names fixtures that no batch takes, with the reason; `unfit` what cannot be run.

    `served` are left out, as a service answers them that nobody started. `samples` is the number wanted of each of
    `fixtures`; `due` how many trials were wanted in this round.
    """

    commit: str
    samples: int
    fixtures: int = 0
    due: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    error: str = ""
    live: dict[str, str] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    batched: Gathered | None = None
    exhausted: str | None = None
    spent: Spent = field(default_factory=Spent)
    max_error_share: float = 0.0

    @property
    def missing(self) -> int:
        """How many of the trials that were due have no outcome."""
        return self.due - self.outcomes[Outcome.PASSED] - self.outcomes[Outcome.FAILED]

    @property
    def is_lost(self) -> bool:
        """Whether more trials have no usable answer than the policy allows."""
        return self.outcomes[Outcome.ERROR] > self.max_error_share * self.due

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is to come of this round."""
        return not self.exhausted and not (self.batched and self.batched.pending)

    @property
    def is_enough(self) -> bool:
        return self.is_complete and self.missing <= self.max_error_share * self.due


def stock(history: sides.History, commit: str, outside: Outside, wish: Wish, tell: Callable[[str], None]) -> Stocked:
    """Draw what the baseline of a revision lacks. The policy is that revision's own.

    Raises:
        ConfigurationError: where the revision has faults.
        UsageError: where a provider has no batches and they are asked for.
        NotEvaluated: where a key is missing, or the revision has no fixtures.
    """
    material, arms = whole.read(history, commit, outside)
    planned, served = whole.planned(material)
    ground = whole.ground(history, material, {Arm.BASE: arms[Arm.BASE]})
    settings = material.policy.baseline
    batched = settings.run == "batch" if wish.batch is None else wish.batch
    found = Stocked(
        commit=commit,
        samples=wish.samples or settings.samples,
        fixtures=len(planned),
        unfit=tuple(str(fault) for fault in material.plan.unfit),
        served=served,
        max_error_share=material.policy.max_error_share,
    )
    if batched:
        found.live = {name: why for name, item in planned.items() if (why := batchable.obstacle(item))}
        batchable.check((item for name, item in planned.items() if name not in found.live), material.policy.providers)
    with outside.store() as store:
        stocking = _Stocking(
            planned=planned,
            material=material,
            ground=ground,
            outside=outside,
            store=store,
            experiment=_round(store),
            found=found,
        )
        stocking.draw(wait_s=60 * settings.wait_minutes if batched else None, tell=tell)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stocking:
    """One round, with what it is drawn with; `found` is filled in as it goes."""

    planned: Mapping[str, Planned]
    material: Material
    ground: Ground
    outside: Outside
    store: Store
    experiment: str
    found: Stocked

    def draw(self, *, wait_s: float | None, tell: Callable[[str], None]) -> None:
        """Draw what is due: in batches, for which it waits so long, where `wait_s` is given."""
        work = list(self._due())
        self.found.due = len(work)
        with self._engine(wait_s or 0.0) as engine:
            self.found.spent = engine.spent
            self.outside.tell(progress.Opened(budget=self.material.policy.budget, spent=engine.spent))
            if wait_s is not None:
                fit = [item for item in work if item.trial.fixture not in self.found.live]
                self.found.batched = engine.batch(fit, wait_s=wait_s, tell=tell)
                self.found.exhausted = self.found.batched.exhausted
                work = [item for item in work if item.trial.fixture in self.found.live or engine.has_answer(item)]
            self._ask(work, engine)
            for finding in applications.lacking(engine.lacking):
                tell(finding.message)
        if self.found.is_complete and self.found.due:
            self.store.freeze(_finished(self.experiment), self.experiment, {"finished_at": self.outside.clock.now()})

    @property
    def _origins(self) -> Mapping[str, str]:
        policy = self.material.policy
        return {name: policy.origin(name) for name in policy.providers}

    def _due(self) -> Iterator[run.Work]:
        since = self.outside.clock.now() - FRESH_S
        for item in self.planned.values():
            known = self.store.baselines.find(
                drawing.key(item, item.head, self._origins), besides=self.experiment, since=since
            )
            missing = range(self.found.samples - len(known))
            yield from (drawing.work(item, Arm.BASE, index) for index in missing)

    def _engine(self, wait_s: float) -> run.Engine:
        policy, runs = self.material.policy, self.planned.values()
        budget = policy.budget.model_copy(update={"minutes": policy.budget.minutes + wait_s / 60})
        return run.Engine(
            client=self.outside.client(policy, frozenset(self._providers())),
            store=self.store,
            experiment=self.experiment,
            budget=budget,
            concurrency=policy.concurrency,
            clock=self.outside.clock,
            graders=graders(self.outside, self.material),
            hosting=self.outside.hosting(self.ground) if any(item.head.application for item in runs) else None,
        )

    def _providers(self) -> Iterator[str]:
        """Name whom trials, graders and batches of earlier runs ask."""
        policy = self.material.policy
        yield from (name for item in self.planned.values() for name in item.head.providers)
        yield from grading(self.material.plan, policy)
        yield from (batch.provider for batch in self.store.batches.open() if batch.provider in policy.providers)

    def _ask(self, work: Sequence[run.Work], engine: run.Engine) -> None:
        def collect(trace: Trace) -> None:
            item = self.planned[trace.trial.fixture]
            graded = grade.grade(trace, item.case.fixture)
            self.found.outcomes[graded.outcome] += 1
            if graded.outcome is Outcome.ERROR:
                self.found.error = self.found.error or graded.reason
            else:
                whose = drawing.Whose(
                    experiment=self.experiment,
                    commit=self.found.commit,
                    origins=self._origins,
                    drawer=self.outside.drawer,
                )
                drawing.keep(item, graded, self.store, whose)
            self.outside.tell(graded)

        self.outside.tell(progress.Begun(stage=progress.Stage.BASELINE, trials=len(work), fixtures=self.found.fixtures))
        engine.run(run.interleaved(work), collect, stop=lambda: self.found.is_lost)
        self.found.exhausted = self.found.exhausted or engine.exhausted


def _round(store: Store) -> str:
    """Name the round that is under way, or the next one."""
    number = 0
    while store.ledger(_finished(name := f"baseline:{number}"), name) is not None:
        number += 1
    return f"baseline:{number}"


def _finished(experiment: str) -> str:
    return f"{experiment} finished"
