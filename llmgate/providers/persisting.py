"""Attempts at one call → its reply, with patience for what passes: failures are few, and refusals steer all calls.

While a provider that has answered before answers nobody, its calls wait for it, and that takes none of their attempts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from llmgate.errors import CallLost, CallRefused
from llmgate.providers import outage, retry
from llmgate.providers.outage import Outage
from llmgate.providers.pace import Cause, Limits, Pace, Waiting
from llmgate.providers.retry import Reply, Setback
from llmgate.providers.steering import Steering, holds_back

Attempt = Callable[[float], Awaitable[Reply | Setback]]
"""Send once, within that many seconds."""


@dataclass(slots=True, kw_only=True)
class _Progress:
    """One call on its way: to whom, when it has to be done, how often it was sent, and how often it failed.

    `answers` are those that the provider had given anybody when the call last failed, `waits` its failures that were
    the provider's.
    """

    host: str
    deadline: float
    sent: int = 0
    failed: int = 0
    answers: int | None = None
    waits: int = 0

    def lost(self, last: Setback) -> CallLost:
        tried = f"given up after {self.sent} attempt{'s' if self.sent > 1 else ''}"
        return CallLost(f"{last.message} ({tried})", status=last.status, id=last.id)


class Persistence:
    """The calls of a client: how many are under way in all, and of each provider."""

    def __init__(self, limits: Limits, pace: Pace) -> None:
        self._limits = limits
        self._pace = pace
        room_s = retry.MAX_ATTEMPTS * limits.timeout_s + retry.MAX_RETRY_AFTER_S
        self._deadline_s = room_s if limits.deadline_s is None else limits.deadline_s
        self._places = asyncio.Semaphore(limits.concurrency)
        self._steering: dict[str, Steering] = {}
        self._outages: dict[str, Outage] = {}

    async def answered(self, host: str, attempt: Attempt) -> Reply:
        """Send until an attempt succeeds, fails for good, or time and attempts are used up.

        Raises:
            CallRefused: trying again cannot help.
            CallLost: it might, but not now.
        """
        steering = self._steering.setdefault(host, Steering(self._limits.concurrency, self._pace))
        silence = self._outages.setdefault(host, Outage(self._pace.clock))
        call: _Progress | None = None
        while True:
            async with steering.place(again=call is not None) as in_round:
                call = call or _Progress(host=host, deadline=self._pace.clock() + self._deadline_s)
                outcome = await self._try(attempt, call, silence)
                if isinstance(outcome, Reply):
                    steering.succeeded(outcome.headers)
                    return replace(outcome, attempts=call.sent)
                asked_s = outcome.retry_after_s
                steering.refused(in_round, retry.wait_s(steering.refusals + 1, asked_s, self._pace.jitter))
            self._pace.tell(Waiting(host=host, cause=Cause.LIMIT, seconds=steering.pause_s))
            if steering.is_hopeless or self._pace.clock() + steering.pause_s >= call.deadline:
                raise call.lost(outcome)

    async def _try(self, attempt: Attempt, call: _Progress, silence: Outage) -> Reply | Setback:
        """Send until an attempt succeeds or the provider asks for time, which comes back as a value."""
        while True:
            async with self._places:
                outcome = await attempt(call.deadline - self._pace.clock())
            call.sent += 1
            silence.note(outcome)
            if isinstance(outcome, Reply):
                return outcome
            if outcome.passed_on:
                raise call.lost(outcome)
            if not outcome.transient:
                raise CallRefused(outcome.message, id=outcome.id, status=outcome.status)
            if holds_back(outcome.status, outcome.retry_after_s):
                return outcome
            wait_s = self._after_failure(call, silence)
            if call.failed == retry.MAX_ATTEMPTS or self._pace.clock() + wait_s >= call.deadline:
                raise call.lost(outcome)
            await self._pace.sleep(wait_s)

    def _after_failure(self, call: _Progress, silence: Outage) -> float:
        """Count a failure, unless it is one more of a provider that answers nobody; return how long to wait."""
        waits = call.waits < outage.MOST_WAITS and silence.is_worth_waiting(call.answers)
        call.answers = silence.answers
        if waits:
            call.waits += 1
            pause_s = silence.pause_s(self._pace.jitter)
            self._pace.tell(Waiting(host=call.host, cause=Cause.OUTAGE, seconds=pause_s))
            return pause_s
        call.failed += 1
        return retry.wait_s(call.failed, None, self._pace.jitter)
