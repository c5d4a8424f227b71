"""Seeds → graded trials: the embedded application behind loopback HTTP, asked by the product's own engine."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from llmgate import config, grade, preparing, providers, run, sides
from llmgate.config import Budget, ProviderEntry
from llmgate.fixture import Fixture
from llmgate.providers.pace import Limits, Pace
from llmgate.store import Store
from llmgate.targets.rendering import Renderer
from llmgate.trial import Arm, Graded, Retrieved, Trial
from tests import modelserver
from tests.benchmarks.diagnosis import faults, house, interventions
from tests.benchmarks.diagnosis.application import Application
from tests.benchmarks.diagnosis.seeds import Collection, Intervention, Seed
from tests.unit.providers.fakes import FakeTime
from tests.unit.sampling.fakes import FakeHistory

CONCURRENCY = 16


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What to run: a seed on an arm, as it is or with one thing of the request changed."""

    seed: Seed
    arm: Arm = Arm.HEAD
    change: Intervention | None = None
    trials: int = 8


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The graded trials of one asking, in the order of their index."""

    asking: Asking
    graded: tuple[Graded, ...]

    def share(self, outcome: str) -> float:
        return sum(each.outcome == outcome for each in self.graded) / len(self.graded)


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """A running application, and the two revisions that ask it."""

    origin: str
    folder: Path
    renderers: Mapping[Arm, Renderer]
    collection: Collection = Collection.FIRST

    @cached_property
    def sides(self) -> dict[Arm, preparing.Side]:
        commits = {arm.value: house.files(self.origin, head=arm is Arm.HEAD, collection=self.collection) for arm in Arm}
        history = FakeHistory(commits)
        return {arm: _side(history, arm, self.renderers[arm]) for arm in Arm}

    def ask(self, askings: Iterable[Asking]) -> tuple[Answered, ...]:
        """Run all trials at once; each asking is an experiment of its own, as its requests differ."""
        wanted = tuple(askings)
        found: dict[int, list[Graded]] = {number: [] for number in range(len(wanted))}
        work: list[run.Work] = []
        owners: dict[Trial, tuple[int, Fixture]] = {}
        for number, asking in enumerate(wanted):
            for item in self._work(asking, number):
                work.append(item)
                owners[item.trial] = (number, item.fixture)
        with Store.open(self.folder / "trials.sqlite") as store, self.engine(store) as engine:
            engine.run(work, lambda trace: _keep(trace, owners, found), stop=lambda: False)
        return tuple(
            Answered(asking=asking, graded=tuple(sorted(found[number], key=lambda each: each.trial.index)))
            for number, asking in enumerate(wanted)
        )

    def _work(self, asking: Asking, number: int) -> Iterator[run.Work]:
        seed, side = asking.seed, self.sides[asking.arm]
        fixture = seed.fixture if asking.arm is Arm.HEAD else seed.base_fixture
        fixture = interventions.fixture(fixture, seed, asking.change)
        prepared = preparing.prepare(fixture, side)
        request = interventions.request(prepared.request, seed, asking.change)
        shown = tuple(Retrieved(id=each.id, text=each.text, score=each.score) for each in fixture.context.documents)
        for index in range(asking.trials):
            trial = Trial(fixture=fixture.id, arm=asking.arm, index=index)
            drawn = run.seed(fixture, prepared.params, trial)
            yield run.Work(
                trial=replace(trial, fixture=f"{fixture.id}/{number}"),
                fixture=fixture,
                request=request,
                max_steps=prepared.max_steps,
                seed=drawn,
                documents=shown,
            )

    def engine(self, store: Store) -> run.Engine:
        endpoints = providers.endpoints({"house": ProviderEntry(host=self.origin)}, {}, ["house"])
        waits = FakeTime()
        pace = Pace(jitter=random.Random(0), sleep=waits.sleep, clock=waits.clock)
        return run.Engine(
            client=providers.Client(endpoints, pace=pace, limits=Limits(concurrency=CONCURRENCY)),
            store=store,
            experiment="benchmark",
            budget=Budget(calls=1_000_000, usd=1.0, minutes=60),
            concurrency=CONCURRENCY,
            clock=run.Clock(now=time.time, monotonic=time.monotonic),
        )


def _keep(trace: object, owners: dict[Trial, tuple[int, Fixture]], found: dict[int, list[Graded]]) -> None:
    number, fixture = owners[trace.trial]
    trial = replace(trace.trial, fixture=fixture.id)
    found[number].append(grade.grade(replace(trace, trial=trial), fixture))


def _side(history: FakeHistory, arm: Arm, renderer: Renderer) -> preparing.Side:
    settings = config.read(history.read(arm.value, config.PATH))
    return sides.of(history, arm.value, settings, renderer.render)


@contextlib.contextmanager
def laboratory(folder: Path, collection: Collection = Collection.FIRST) -> Iterator[Laboratory]:
    """Serve the application of a set's seeds until the block ends."""
    application = Application(seed.case for seed in faults.seeds(collection))
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(modelserver.serve(application.answer, plan=application.plan))
        renderers = {arm: stack.enter_context(Renderer()) for arm in Arm}
        yield Laboratory(origin=server.url, folder=folder, renderers=renderers, collection=collection)
