"""Trials → Traces: asynchronous, bounded in number, interleaved, within the budget, every finished call journaled."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self, TypeVar

from llmgate import grade, remarks
from llmgate import judge as judging
from llmgate.assertions import coded, model_graded
from llmgate.assertions.asking import Inquiry
from llmgate.config import Budget, ModelEntry
from llmgate.errors import BudgetExhausted, CallError
from llmgate.fixture import Fixture
from llmgate.purse import Clock, Purse, Spent
from llmgate.remarks import Checkers
from llmgate.store import Store
from llmgate.targets import prompt
from llmgate.trial import Arm, Call, Completion, Request, Retrieved, Ruling, Trace, Trial

__all__ = [
    "MAX_SEED",
    "Answer",
    "Checkers",
    "Client",
    "Clock",
    "Engine",
    "Spent",
    "Work",
    "interleaved",
    "recorded_seed",
    "seed",
    "shuffle_key",
]

_Item = TypeVar("_Item")

MAX_SEED = 2**31 - 1


class Answer(Protocol):
    @property
    def completion(self) -> Completion: ...
    @property
    def latency_s(self) -> float: ...
    @property
    def attempts(self) -> int: ...
    @property
    def cost_usd(self) -> float | None: ...


class Client(Protocol):
    """What answers a request: the providers, behind one door."""

    async def complete(self, request: Request, *, seed: int | None) -> Answer: ...
    async def aclose(self) -> None: ...
    def ceiling(self, request: Request) -> float | None:
        """Bound the dollars of a call from above, or None where no price is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One trial with what it needs. Equal trials of equal requests are the same work, in this run or a later one."""

    trial: Trial
    fixture: Fixture
    request: Request
    max_steps: int
    seed: int | None
    documents: tuple[Retrieved, ...] = ()


def recorded_seed(fixture: Fixture, params: Mapping[str, object]) -> int | None:
    """Find the seed that was recorded: the fixture's, else the model entry's."""
    if fixture.seed is not None:
        return fixture.seed
    configured = params.get("seed")
    return configured if type(configured) is int else None


def seed(fixture: Fixture, params: Mapping[str, object], trial: Trial) -> int | None:
    """Choose the seed of a trial.

    The first trial of an arm carries the recorded seed, every other one a seed derived from (fixture, arm, index).
    Where none is recorded none is sent: not every API knows the parameter.
    """
    recorded = recorded_seed(fixture, params)
    if recorded is None or trial.index == 0:
        return recorded
    text = f"{recorded}\0{trial.fixture}\0{trial.arm}\0{trial.index}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % MAX_SEED


def interleaved(work: Iterable[Work]) -> list[Work]:
    """Order trials so that arms and fixtures mix, by a hash of the trial: the same every time, favouring no arm."""
    return sorted(work, key=lambda item: shuffle_key(item.trial))


def shuffle_key(trial: Trial) -> bytes:
    return hashlib.sha256(repr(trial).encode()).digest()


class _WorkerFailed(Exception):
    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class Engine:
    """Runs trials on one event loop, which lives as long as the engine so that connections are kept.

    `judge` decides model-graded assertions, and `checkers` those that code of the repository decides: they are asked at
    the end of each trial that has some, and read when the trial is graded.
    """

    def __init__(
        self,
        *,
        client: Client,
        store: Store,
        experiment: str,
        budget: Budget,
        concurrency: int,
        clock: Clock,
        judge: ModelEntry | None = None,
        checkers: Checkers | None = None,
    ) -> None:
        self.exhausted: str | None = None
        self._client = client
        self._store = store
        self._experiment = experiment
        self._purse = Purse(budget, clock)
        self._concurrency = concurrency
        self._clock = clock
        self._judge = judge
        self._checkers = checkers
        self._loop = asyncio.Runner()

    @property
    def spent(self) -> Spent:
        return self._purse.spent

    def __enter__(self) -> Self:
        self._loop.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._loop.run(self._client.aclose())
        finally:
            self._loop.__exit__(kind, error, trace)

    def run(self, work: Iterable[Work], consume: Callable[[Trace], None], *, stop: Callable[[], bool]) -> None:
        """Run the trials in their order, `concurrency` at a time, and hand over each trace as it ends.

        Returns early when `stop()` is true or the budget is used up (`exhausted` then says which part of it); trials
        that were not started have no trace.
        """

        async def one(item: Work) -> None:
            consume(await self._trial(item))

        self._each(iter(work), one, stop)

    def ask(self, inquiries: Iterable[Inquiry], judge: ModelEntry, name: str) -> dict[str, Ruling]:
        """Ask the judge outside of any trial, journaled under `name`; return the answers by the inquiry's digest.

        What the budget did not reach is left out, and `exhausted` says so.
        """
        found: dict[str, Ruling] = {}

        async def one(inquiry: Inquiry) -> None:
            trial = Trial(fixture=name, arm=Arm.HEAD, index=0)
            found[inquiry.digest] = await self._ruling(trial, inquiry, judge, step=0)

        self._each(iter(inquiries), one, lambda: False)
        return found

    def _each(self, items: Iterator[_Item], one: Callable[[_Item], Awaitable[None]], stop: Callable[[], bool]) -> None:
        if error := self._loop.run(self._drain(items, one, stop)):
            raise error

    async def _drain(
        self, items: Iterator[_Item], one: Callable[[_Item], Awaitable[None]], stop: Callable[[], bool]
    ) -> BaseException | None:
        """Return what made a worker fail, as itself: the caller has no use for a group of errors."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._concurrency):
                    group.create_task(self._worker(items, one, stop))
        except ExceptionGroup as failed:
            return next(each.error for each in failed.exceptions if isinstance(each, _WorkerFailed))
        return None

    async def _worker(
        self, items: Iterator[_Item], one: Callable[[_Item], Awaitable[None]], stop: Callable[[], bool]
    ) -> None:
        try:
            for item in items:
                try:
                    await one(item)
                except BudgetExhausted as error:
                    self.exhausted = error.message
                if self.exhausted or stop():
                    return
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            # An interrupt that left the loop through a task would leave the other workers at work.
            raise _WorkerFailed(error) from error

    async def _trial(self, work: Work) -> Trace:
        finished_at = 0.0

        async def ask(request: Request, step: int) -> Call:
            nonlocal finished_at
            call, finished_at = await self._call(work.trial, request, step, seed=work.seed)
            return call

        try:
            talk = await prompt.converse(work.fixture, work.request, max_steps=work.max_steps, ask=ask)
        except CallError as error:
            self.spent.errors += 1
            return Trace(trial=work.trial, documents=work.documents, finished_at=self._clock.now(), error=error.message)
        trace = Trace(
            trial=work.trial,
            calls=talk.calls,
            output=talk.output,
            tool_calls=talk.tool_calls,
            documents=work.documents,
            request=talk.request,
            finished_at=finished_at,
            miss=talk.miss,
        )
        return await self._remarked(await self._judged(trace, work.fixture), work.fixture)

    async def _judged(self, trace: Trace, fixture: Fixture) -> Trace:
        """Ask the judge what the fixture's assertions need. A trial that broke off is not graded by them."""
        if self._judge is None or trace.miss is not None:
            return trace
        rulings: dict[str, Ruling] = {}
        for inquiry in model_graded.inquiries(fixture.assertions, grade.subject(trace, fixture)):
            step = len(trace.calls) + len(rulings)
            rulings[inquiry.digest] = await self._ruling(trace.trial, inquiry, self._judge, step=step)
        return replace(trace, rulings=rulings) if rulings else trace

    async def _remarked(self, trace: Trace, fixture: Fixture) -> Trace:
        """Ask the repository's own code in a thread: they take their time, and other calls are in flight."""
        if self._checkers is None or trace.miss is not None or not any(coded.among(fixture.assertions)):
            return trace
        return await asyncio.to_thread(remarks.remarked, trace, fixture, self._checkers)

    async def _ruling(self, trial: Trial, inquiry: Inquiry, judge: ModelEntry, *, step: int) -> Ruling:
        try:
            call, _ = await self._call(trial, judging.request(inquiry, judge), step, seed=judging.seed(judge))
        except CallError as error:
            self.spent.errors += 1
            return Ruling(error=error.message)
        return Ruling(call=call)

    async def _call(self, trial: Trial, request: Request, step: int, *, seed: int | None) -> tuple[Call, float]:
        identity = prompt.digest(request, seed=seed)
        if (done := self._store.finished(self._experiment, trial, step, identity)) is not None:
            self.spent.reused += 1
            return replace(done.call, provider=request.provider), done.finished_at
        ceiling = self._client.ceiling(request) or 0.0
        await self._purse.reserve(ceiling)
        with self._purse.settling(ceiling):
            answer = await self._client.complete(request, seed=seed)
        call = Call(
            step=step,
            model=request.model,
            completion=answer.completion,
            cost_usd=answer.cost_usd,
            latency_s=answer.latency_s,
            attempts=answer.attempts,
        )
        self._purse.pay(answer.cost_usd)
        finished_at = self._clock.now()
        kept = self._store.record(self._experiment, trial, identity, call, finished_at)
        return replace(kept.call, provider=request.provider), kept.finished_at
