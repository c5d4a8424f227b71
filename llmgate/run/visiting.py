"""An application's trial → what it answered: asked in a seat of its own, its calls of models taken by the broker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from llmgate.broker import Broker, Relay, Visit
from llmgate.errors import BudgetExhausted, CallLost, ModelRefused
from llmgate.message import ToolCallPart
from llmgate.purse import Clock
from llmgate.run.hosting import Hosting
from llmgate.run.talk import Talk
from llmgate.run.work import Work
from llmgate.surface import Application
from llmgate.targets import asking
from llmgate.targets.reply import Reply
from llmgate.trial import Request, Trial

HELD_UP_SHARE = 0.1
"""An application whose calls were held up for less of its time than this has itself taken too long. Otherwise it could
begin a call before its time is over, and be missing wherever it would fail."""


class Visits:
    """Has the conversations of applications. It is opened at the first, and closed with the engine."""

    def __init__(self, hosting: Hosting, relay: Relay, clock: Clock) -> None:
        self._hosting = hosting
        self._clock = clock
        self._broker = Broker(relay, token=hosting.token, port=hosting.port)
        self._opening = asyncio.Lock()
        self._open = False

    @property
    def lacking(self) -> tuple[str, ...]:
        return self._hosting.seats.lacking if self._open else ()

    async def afresh(self) -> None:
        """Set both arms up anew, as each round does."""
        if self._open:
            await self._hosting.seats.afresh()

    async def aclose(self) -> None:
        try:
            await self._hosting.seats.aclose()
        finally:
            if self._open:
                await self._broker.aclose()

    async def talk(self, work: Work, application: Application, *, seed: int | None, number: int) -> Talk:
        """Ask an application once; `number` counts the answers of one trial from 0.

        Raises:
            ModelRefused: where it asked for what it may not.
            CallLost: where a provider failed it, or nobody was there to answer.
            BudgetExhausted: where one of its calls could exceed what is left.
        """
        await self._opened()
        trial, entry = _numbered(work.trial, number), application.entry
        traceparent = self._hosting.traceparent(work.trial)
        async with self._hosting.seats.seat(trial.arm, work.fixture.target, entry) as seat:
            entries = tuple(application.models.values())
            with self._broker.visit(trial, entries, token=seat.token, max_calls=entry.max_calls) as visit:
                asked = asking.of_trial(work.fixture, work.trial.index, seed, token=seat.token, traceparent=traceparent)
                reply = await seat.answer(asked, {**visit.environment(), "TRACEPARENT": traceparent})
                busy = visit.in_flight > 0
                await visit.settled()
        _see(visit, reply, held_up=busy and visit.held_up_s > entry.timeout_s * HELD_UP_SHARE)
        return self._talk(work, visit, reply, traceparent)

    async def _opened(self) -> None:
        async with self._opening:
            if not self._open:
                await self._broker.start()
                self._open = True
                await self._hosting.seats.open()

    def _talk(self, work: Work, visit: Visit, reply: Reply, traceparent: str) -> Talk:
        told = self._hosting.told([(each.content_type, each.body) for each in visit.spans], traceparent)
        request = _last(visit, self._hosting)
        asked = tuple(part for call in visit.calls for part in call.completion.message.tool_calls)
        return Talk(
            calls=tuple(visit.calls),
            output=reply.output,
            tool_calls=reply.tool_calls or _joined(asked, told.tool_calls),
            request=request or replace(work.request, provider="", model=""),
            finished_at=visit.finished_at or self._clock.now(),
            documents=reply.documents or told.documents or None,
            fault=reply.fault,
        )


def _last(visit: Visit, hosting: Hosting) -> Request | None:
    """Read the last request that a model was asked; embeddings are none."""
    for asked in reversed(visit.asked):
        if (found := hosting.request(asked.dialect, asked.model, asked.body)) is not None:
            return found
    return None


def _numbered(trial: Trial, number: int) -> Trial:
    """Keep the further answers of a trial apart in the journal: none of them is another one's."""
    return replace(trial, fixture=f"{trial.fixture}#{number}") if number else trial


def _see(visit: Visit, reply: Reply, *, held_up: bool) -> None:
    if visit.exhausted is not None:
        raise BudgetExhausted(visit.exhausted, id="budget-exhausted")
    if visit.refused is not None:
        raise ModelRefused(visit.refused, id="model-refused")
    if visit.lost is not None:
        raise CallLost(f"a provider failed the application: {visit.lost}", id="provider-error")
    if reply.error is not None:
        raise CallLost(reply.error, id="application-failed")
    if reply.timed_out and held_up:
        raise CallLost(
            "the application was waiting for a provider that held its calls up when its time was over",
            id="provider-error",
        )


def _joined(asked: Sequence[ToolCallPart], ran: Sequence[ToolCallPart]) -> tuple[ToolCallPart, ...]:
    """Join what models asked for with what ran beside it; a call that both tell of is one."""
    known = {part.id for part in asked if part.id}
    named = {(part.name, asking.written(part.arguments)) for part in asked}
    beside = (part for part in ran if part.id not in known and (part.name, asking.written(part.arguments)) not in named)
    return (*asked, *beside)
