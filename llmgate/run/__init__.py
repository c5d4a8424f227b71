"""Trials → Traces: asynchronous, bounded in number, interleaved, within the budget, every finished call journaled."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from llmgate.assertions.asking import Inquiry
from llmgate.config import Budget, ModelEntry
from llmgate.errors import BudgetExhausted, CallError, CallLost, ModelRefused, NotEvaluated
from llmgate.purse import Clock, Purse, Spent
from llmgate.remarks import Checkers
from llmgate.run import repeats
from llmgate.run.batches import Accounts, Batches, Gathered, Means, Wanted, gather
from llmgate.run.calls import Answer, Calls, Client
from llmgate.run.conversing import Conversing
from llmgate.run.hosting import Hosting, Seat
from llmgate.run.opinions import Graders, Opinions
from llmgate.run.vectors import Vectors
from llmgate.run.work import (
    MAX_SEED,
    Stage,
    Tried,
    Watch,
    Work,
    interleaved,
    recorded_seed,
    repeat_seed,
    seed,
    shuffle_key,
    unwatched,
)
from llmgate.store import Store
from llmgate.trial import Arm, Ruling, Trace, Trial

if TYPE_CHECKING:
    from llmgate.run.visiting import Visits

__all__ = [
    "MAX_SEED",
    "Answer",
    "Batches",
    "Checkers",
    "Client",
    "Clock",
    "Engine",
    "Gathered",
    "Graders",
    "Hosting",
    "Seat",
    "Spent",
    "Stage",
    "Tried",
    "Watch",
    "Work",
    "interleaved",
    "recorded_seed",
    "repeat_seed",
    "seed",
    "shuffle_key",
    "unwatched",
]

_Item = TypeVar("_Item")


class _WorkerFailed(Exception):
    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def _visits(hosting: Hosting, *, client: Client, store: Store, experiment: str, purse: Purse, clock: Clock) -> Visits:
    from llmgate.run.relaying import Relaying  # noqa: PLC0415 - a server is imported where there are applications
    from llmgate.run.visiting import Visits  # noqa: PLC0415 - as above

    relaying = Relaying(client=client, store=store, experiment=experiment, purse=purse, clock=clock)
    return Visits(hosting, relaying, clock)


class Engine:
    """Runs trials on one event loop, which lives as long as the engine so that connections are kept.

    `graders` decide what no formula on the answer does: they are asked at the end of each trial that has something for
    them, and read when the trial is graded. `lost` counts the trials in a row, up to now, whose call had no answer
    after all its retries: that many at once is an outage.
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
        graders: Graders | None = None,
        hosting: Hosting | None = None,
    ) -> None:
        self.exhausted: str | None = None
        self.lost = 0
        self._client = client
        self._store = store
        self._experiment = experiment
        self._purse = Purse(budget, clock)
        self._calls = Calls(client=client, store=store, experiment=experiment, purse=self._purse, clock=clock)
        self._visits = (
            _visits(hosting, client=client, store=store, experiment=experiment, purse=self._purse, clock=clock)
            if hosting
            else None
        )
        self._conversing = Conversing(calls=self._calls, visits=self._visits)
        asked = graders or Graders()
        self._opinions = Opinions(
            calls=self._calls,
            graders=asked,
            vectors=Vectors(embedder=asked.embedder, origin=asked.origin, client=client, store=store, purse=self._purse)
            if asked.embedder
            else None,
        )
        self._concurrency = concurrency
        self._clock = clock
        self._lease = store.leased(experiment, wait_s=budget.minutes * 60)
        self._loop = asyncio.Runner()

    @property
    def spent(self) -> Spent:
        return self._purse.spent

    @property
    def lacking(self) -> tuple[str, ...]:
        """What applications that ran could not be kept from."""
        return self._visits.lacking if self._visits else ()

    def is_late(self) -> bool:
        """Tell whether the time of the budget is over; `exhausted` then says so."""
        self.exhausted = self.exhausted or self._purse.overdue
        return self._purse.overdue is not None

    def __enter__(self) -> Self:
        """Begin, once no other run is at the experiment.

        Raises:
            NotEvaluated: where one is for longer than the budget lasts.
        """
        self._lease.__enter__()
        self._loop.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.ExitStack() as ending:
            ending.push(self._lease)
            ending.push(self._loop)
            ending.callback(lambda: self._loop.run(self._closed()))

    async def _closed(self) -> None:
        try:
            if self._visits is not None:
                await self._visits.aclose()
        finally:
            with contextlib.suppress(NotEvaluated):  # the store's own end says so too
                self._store.settle()  # what is committed after the loop's end would find nobody to tell
            await self._client.aclose()

    def run(self, work: Iterable[Work], consume: Callable[[Trace], None], *, stop: Callable[[], bool]) -> None:
        """Run the trials in their order, `concurrency` at a time, and hand over each trace as it ends.

        Returns early when `stop()` is true or the budget is used up (`exhausted` then says which part of it); trials
        that were not started have no trace.
        """

        async def one(item: Work) -> None:
            consume(await self._trial(item))

        if self._visits is not None:
            self._loop.run(self._visits.afresh())
        self._each(iter(work), one, stop)

    def batch(self, work: Sequence[Work], *, wait_s: float, tell: Callable[[str], None]) -> Gathered:
        """Have the answers of trials that take one call each journaled through the providers' batches.

        What is journaled by then is found by `run`. `tell` is given what happens, which may quote a provider.
        """
        means = Means(
            batches=self._client.batches,
            store=self._store,
            accounts=Accounts(self._store, self._purse),
            clock=self._clock,
            ceiling=self._client.ceiling,
            tell=tell,
        )
        return self._loop.run(gather(work, means, experiment=self._experiment, wait_s=wait_s))

    def has_answer(self, work: Work) -> bool:
        """Tell whether the first answer of a trial is journaled."""
        item = Wanted.of(work, self._experiment).item
        return self._store.finished(item.experiment, item.trial, 0, item.request) is not None

    def ask(self, inquiries: Iterable[Inquiry], judge: ModelEntry, name: str) -> dict[str, Ruling]:
        """Ask the judge outside of any trial, journaled under `name`; return the answers by the inquiry's digest.

        What the budget did not reach is left out, and `exhausted` says so.
        """
        found: dict[str, Ruling] = {}

        async def one(inquiry: Inquiry) -> None:
            trial = Trial(fixture=name, arm=Arm.HEAD, index=0)
            found[inquiry.digest] = await self._opinions.ruling(trial, inquiry, judge, step=0)

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
        try:
            talk = await self._conversing.talk(work, seed=work.seed)
        except CallError as error:
            self._calls.failed()
            self.lost += isinstance(error, CallLost)
            refused = error.message if isinstance(error, ModelRefused) else None
            return Trace(
                trial=work.trial,
                documents=work.documents,
                finished_at=self._clock.now(),
                error=error.told,
                refused=refused,
            )
        self.lost = 0
        trace = Trace(
            trial=work.trial,
            calls=talk.calls,
            output=talk.output,
            tool_calls=talk.tool_calls,
            documents=work.documents if talk.documents is None else talk.documents,
            request=talk.request,
            finished_at=talk.finished_at,
            miss=talk.miss,
            fault=talk.fault,
        )
        return await repeats.repeated(await self._opinions.on(trace, work.fixture), work, self._conversing)
