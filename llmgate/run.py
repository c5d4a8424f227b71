"""Trials → Traces: asynchronous, bounded in number, interleaved, within the budget, every finished call journaled."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

from llmgate.config import Budget
from llmgate.errors import BudgetExhausted, CallError, CallRefused
from llmgate.fixture import Fixture
from llmgate.store import Store
from llmgate.targets import prompt
from llmgate.trial import Call, Completion, Request, Retrieved, Trace, Trial

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
class Clock:
    """`now` counts seconds since 1970 and `monotonic` seconds since some start."""

    now: Callable[[], float]
    monotonic: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One trial with what it needs. Equal trials of equal requests are the same work, in this run or a later one."""

    trial: Trial
    fixture: Fixture
    request: Request
    max_steps: int
    seed: int | None
    documents: tuple[Retrieved, ...] = ()


@dataclass(slots=True, kw_only=True)
class Spent:
    """What this run used. `unpriced` calls have no known price; `errors` are calls without a usable answer."""

    calls: int = 0
    reused: int = 0
    errors: int = 0
    usd: float = 0.0
    unpriced: int = 0


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
    """Runs trials on one event loop, which lives as long as the engine so that connections are kept."""

    def __init__(
        self, *, client: Client, store: Store, experiment: str, budget: Budget, concurrency: int, clock: Clock
    ) -> None:
        self.spent = Spent()
        self.exhausted: str | None = None
        self._client = client
        self._store = store
        self._experiment = experiment
        self._budget = budget
        self._reserved_usd = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()
        self._concurrency = concurrency
        self._clock = clock
        self._deadline = clock.monotonic() + budget.minutes * 60
        self._loop = asyncio.Runner()

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
        if error := self._loop.run(self._drain(iter(work), consume, stop)):
            raise error

    async def _drain(
        self, work: Iterator[Work], consume: Callable[[Trace], None], stop: Callable[[], bool]
    ) -> BaseException | None:
        """Return what made a worker fail, as itself: the caller has no use for a group of errors."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._concurrency):
                    group.create_task(self._worker(work, consume, stop))
        except ExceptionGroup as failed:
            return next(each.error for each in failed.exceptions if isinstance(each, _WorkerFailed))
        return None

    async def _worker(self, work: Iterator[Work], consume: Callable[[Trace], None], stop: Callable[[], bool]) -> None:
        try:
            for item in work:
                try:
                    consume(await self._trial(item))
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
            call, finished_at = await self._call(work, request, step)
            return call

        try:
            talk = await prompt.converse(work.fixture, work.request, max_steps=work.max_steps, ask=ask)
        except CallError as error:
            self.spent.errors += 1
            return Trace(trial=work.trial, documents=work.documents, finished_at=self._clock.now(), error=error.message)
        return Trace(
            trial=work.trial,
            calls=talk.calls,
            output=talk.output,
            tool_calls=talk.tool_calls,
            documents=work.documents,
            request=talk.request,
            finished_at=finished_at,
            miss=talk.miss,
        )

    async def _call(self, work: Work, request: Request, step: int) -> tuple[Call, float]:
        identity = prompt.digest(request, seed=work.seed)
        if (done := self._store.finished(self._experiment, work.trial, step, identity)) is not None:
            self.spent.reused += 1
            return replace(done.call, provider=request.provider), done.finished_at
        ceiling = await self._reserve(request)
        try:
            answer = await self._client.complete(request, seed=work.seed)
        except CallRefused:
            raise
        except BaseException:
            self.spent.usd += ceiling  # it may have been billed: an answer that was lost on the way is still paid for
            raise
        finally:
            self._settle(ceiling)
        call = Call(
            step=step,
            model=request.model,
            completion=answer.completion,
            cost_usd=answer.cost_usd,
            latency_s=answer.latency_s,
            attempts=answer.attempts,
        )
        self.spent.usd += answer.cost_usd or 0.0
        self.spent.unpriced += answer.cost_usd is None
        finished_at = self._clock.now()
        kept = self._store.record(self._experiment, work.trial, identity, call, finished_at)
        return replace(kept.call, provider=request.provider), kept.finished_at

    async def _reserve(self, request: Request) -> float:
        """Set a call's dollars aside before it is made; wait where calls in flight may yet cost less than theirs."""
        ceiling = self._client.ceiling(request) or 0.0
        while self._in_flight and self._is_too_dear(ceiling):
            await self._settled.wait()
        self._refuse_beyond_budget(ceiling)
        self.spent.calls += 1
        self._in_flight += 1
        self._reserved_usd += ceiling
        return ceiling

    def _settle(self, ceiling: float) -> None:
        self._in_flight -= 1
        self._reserved_usd = self._reserved_usd - ceiling if self._in_flight else 0.0
        self._settled.set()  # wakes all who wait now
        self._settled.clear()

    def _is_too_dear(self, ceiling: float) -> bool:
        return self.spent.usd + self._reserved_usd + ceiling > self._budget.usd

    def _refuse_beyond_budget(self, ceiling: float) -> None:
        if self.spent.calls >= self._budget.calls:
            raise BudgetExhausted(f"the budget of {self._budget.calls} calls is used up")
        if self._is_too_dear(ceiling):
            raise BudgetExhausted(f"the next call could exceed the budget of ${self._budget.usd:.2f}")
        if self._clock.monotonic() >= self._deadline:
            raise BudgetExhausted(f"the budget of {self._budget.minutes:g} minutes is used up")
