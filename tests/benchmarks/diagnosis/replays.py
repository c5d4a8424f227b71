"""Seeded pull requests → what the product's own search for causes finds in them, over HTTP, and what it takes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmgate import config, diagnosing, plan, preparing, providers, run, sides, suite
from llmgate.config import Budget, ProviderEntry
from llmgate.diagnose import explaining
from llmgate.diagnose.causes import attributing, factors
from llmgate.diagnose.causes.attributing import Broken, Rules
from llmgate.diagnose.causes.factors import Factor
from llmgate.diagnose.explained import Explained
from llmgate.diagnose.replays.bench import Bench
from llmgate.diagnose.replays.investigation import Count
from llmgate.providers.pace import Limits, Pace
from llmgate.question import Question
from llmgate.store import Store
from llmgate.suite import Case
from llmgate.trial import Arm
from tests.benchmarks.diagnosis.pulls import How, Pull
from tests.unit.providers.fakes import FakeTime
from tests.unit.sampling.fakes import FakeHistory

CONCURRENCY = 16
RULES = Rules(alpha=0.05, margin=0.10)
SEEN = {"base": Count(passed=9, trials=10), "head": Count(passed=1, trials=8)}
"""What the gate saw by then, about: enough to bet by, and never the truth."""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What was found for a pull request, and how many calls it took."""

    pull: Pull
    found: Explained
    calls: int

    @property
    def causes(self) -> frozenset[frozenset[Factor]]:
        """The causes of all broken fixtures together."""
        return frozenset(cause for each in self.found.attributions.values() for cause in each.causes)

    @property
    def named(self) -> frozenset[Factor]:
        return frozenset(factor for cause in self.causes for factor in cause)

    @property
    def how(self) -> How | None:
        match sorted(map(len, self.causes)):
            case [1]:
                return How.ONE
            case [2]:
                return How.BOTH
            case [1, 1]:
                return How.EITHER
            case _:
                return None


def guilty(pull: Pull) -> frozenset[Factor]:
    return frozenset(factor for kind in pull.guilty if (factor := factors.of(kind)))


@dataclass(frozen=True, kw_only=True)
class Ward:
    """A server with the application of all pulls, and what renders their prompts."""

    origin: str
    folder: Path
    render: plan.Render

    def explained(self, pulls: Iterable[Pull], *, hunks: bool = False) -> Iterator[Explanation]:
        """Name the guilty changes of each; with `hunks` the places of the prompt too."""
        with Store.open(self.folder / "trials.sqlite") as store:
            for pull in pulls:
                with self._engine(store, pull.name) as engine:
                    found = self._explained(pull, Bench(engine), hunks=hunks)
                    yield Explanation(pull=pull, found=found, calls=engine.spent.calls)

    def _explained(self, pull: Pull, bench: Bench, *, hunks: bool) -> Explained:
        base = pull.base_files(self.origin)
        history = FakeHistory({"base": base, "head": {**base, **pull.head_files(self.origin)}})
        read = {arm: self._side(history, arm.value) for arm in Arm}
        question = Question(base="base", head="head", head_sha="head", head_ref="head")
        ground = diagnosing.Ground(history=history, question=question, sides=read)
        broken = tuple(_broken(pull, history, read))
        if not hunks:
            return Explained(attributions=attributing.attribute(broken, read, bench, RULES))
        return explaining.explain(broken, (), diagnosing.revisions(ground), bench, RULES)

    def _side(self, history: FakeHistory, commit: str) -> plan.Side:
        return sides.of(history, commit, config.read(history.read(commit, config.PATH)), self.render)

    def _engine(self, store: Store, name: str) -> run.Engine:
        endpoints = providers.endpoints({"house": ProviderEntry(host=self.origin)}, {}, ["house"])
        waits = FakeTime()
        pace = Pace(jitter=random.Random(0), sleep=waits.sleep, clock=waits.clock)
        return run.Engine(
            client=providers.Client(endpoints, pace=pace, limits=Limits(concurrency=CONCURRENCY)),
            store=store,
            experiment=name,
            budget=Budget(calls=2_000, usd=1.0, minutes=10),
            concurrency=CONCURRENCY,
            clock=run.Clock(now=time.time, monotonic=time.monotonic),
        )


def _broken(pull: Pull, history: FakeHistory, read: Mapping[Arm, plan.Side]) -> Iterator[Broken]:
    loaded = sides.fixtures(history, "head", read[Arm.HEAD].config)
    for name in sorted(pull.broken):
        stored: suite.Stored = loaded.fixtures[name]
        case = Case(fixture=stored.fixture, form=Arm.HEAD, new=False, file=stored.file, line=stored.line)
        prepared = {arm: preparing.prepare(stored.fixture, read[arm]) for arm in Arm}
        planned = plan.Planned(case=case, base=prepared[Arm.BASE], head=prepared[Arm.HEAD])
        assert attributing.mixable(planned, read) is not None
        yield Broken(planned=planned, **SEEN)
