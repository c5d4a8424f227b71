"""Revisions of a seeded pull request → how often its fixtures pass on each, without a wire to the application."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmgate import config, grade, preparing, run, sides
from llmgate.config import Budget
from llmgate.fixture import Fixture
from llmgate.prompts import Prompt
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.store import Store
from llmgate.targets import prompt
from llmgate.trial import Arm, Completion, Outcome, Request, Retrieved, Trace, Trial
from tests import modelserver
from tests.benchmarks.diagnosis.application import Application
from tests.benchmarks.diagnosis.pulls import Pull
from tests.benchmarks.diagnosis.repositories import Surface
from tests.unit.sampling.fakes import FakeHistory

ORIGIN = "http://127.0.0.1:9"


@dataclass(frozen=True, kw_only=True)
class Direct:
    """Answers requests with the application itself, in the bytes that the API has."""

    application: Application

    async def complete(self, request: Request, *, seed: int | None) -> Direct.Answer:
        dialect = OpenAIChat()
        asked = modelserver.Asked(path="/v1/chat/completions", headers={}, body=dialect.body(request, seed))
        written = modelserver.written(asked, self.application.answer(asked))
        return Direct.Answer(completion=dialect.parse(written))

    async def aclose(self) -> None:
        pass

    def ceiling(self, request: Request) -> float | None:
        return None

    @dataclass(frozen=True, kw_only=True)
    class Answer:
        completion: Completion
        latency_s: float = 0.0
        attempts: int = 1
        cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where pull requests are tried out."""

    application: Application
    render: Callable[[Prompt, Mapping[str, object]], prompt.Rendered]
    folder: Path
    trials: int = 4

    def passes(self, askings: Iterable[tuple[Pull, Surface]]) -> list[dict[str, float]]:
        """Tell for each revision of a pull request the share of passes of each fixture."""
        work: list[run.Work] = []
        found: list[dict[str, float]] = []
        for number, (pull, surface) in enumerate(askings):
            work += self._work(pull, surface, number)
            found.append(dict.fromkeys(pull.suite.fixtures, 0.0))
        fixtures = {item.trial: item.fixture for item in work}

        def count(trace: Trace) -> None:
            number, _, name = trace.trial.fixture.partition("/")
            passed = grade.grade(trace, fixtures[trace.trial]).outcome is Outcome.PASSED
            found[int(number)][name] += passed / self.trials

        with Store.open(self.folder / "arms.sqlite") as store, self._engine(store) as engine:
            engine.run(work, count, stop=lambda: False)
        return found

    def _work(self, pull: Pull, surface: Surface, number: int) -> list[run.Work]:
        side = self.side(surface)
        return [
            item
            for written in pull.suite.fixtures.values()
            for item in self._of(Fixture.model_validate(written), side, number)
        ]

    def digests(self, pull: Pull, surface: Surface) -> list[str]:
        """Name what each fixture sends on a revision."""
        side = self.side(surface)
        return [preparing.prepare(Fixture.model_validate(each), side).digest for each in pull.suite.fixtures.values()]

    def side(self, surface: Surface) -> preparing.Side:
        history = FakeHistory({"head": surface.files(ORIGIN)})
        return sides.of(history, "head", config.read(history.read("head", config.PATH)), self.render)

    def _of(self, fixture: Fixture, side: preparing.Side, number: int) -> list[run.Work]:
        prepared = preparing.prepare(fixture, side)
        shown = tuple(Retrieved(id=each.id, text=each.text) for each in prepared.found.documents)
        return [
            run.Work(
                trial=Trial(fixture=f"{number}/{fixture.id}", arm=Arm.HEAD, index=index),
                fixture=fixture,
                request=prepared.request,
                max_steps=prepared.max_steps,
                seed=run.seed(fixture, prepared.params, Trial(fixture=fixture.id, arm=Arm.HEAD, index=index)),
                documents=shown,
            )
            for index in range(self.trials)
        ]

    def _engine(self, store: Store) -> run.Engine:
        return run.Engine(
            client=Direct(application=self.application),
            store=store,
            experiment="arms",
            budget=Budget(calls=1_000_000, usd=1.0, minutes=60),
            concurrency=8,
            clock=run.Clock(now=time.time, monotonic=time.monotonic),
        )
