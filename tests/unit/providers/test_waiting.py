"""Whoever looks is told that calls wait for a provider, and why."""

import asyncio
import random

import pytest

from llmgate.errors import CallLost
from llmgate.providers.pace import Cause, Limits, Pace
from llmgate.providers.persisting import Persistence
from llmgate.providers.retry import Reply, Setback

REPLY = Reply(body={}, latency_s=0.1, headers={})
BUSY = Setback(message="busy", transient=True, status=429, retry_after_s=3.0)
SILENT = Setback(message="nobody there", transient=True)


class Line:
    """A provider that answers as told, and a clock that its waits move."""

    def __init__(self, *outcomes):
        self.outcomes, self.told, self.at = iter(outcomes), [], 0.0
        pace = Pace(jitter=random.Random(1), sleep=self.sleep, clock=lambda: self.at, tell=self.told.append)
        self.persistence = Persistence(Limits(), pace)

    async def sleep(self, seconds):
        self.at += seconds

    async def attempt(self, _):
        return next(self.outcomes)

    def call(self):
        return asyncio.run(self.persistence.answered("api.example", self.attempt))


def test_a_provider_that_asks_for_time_is_told():
    line = Line(BUSY, REPLY)
    line.call()
    (waiting,) = line.told
    assert (waiting.host, waiting.cause, 3.0 <= waiting.seconds <= 23.0) == ("api.example", Cause.LIMIT, True)


def test_a_provider_that_has_answered_and_went_away_is_told():
    line = Line(REPLY, SILENT, SILENT, REPLY)  # the first silence may be the call's own
    line.call()
    line.call()
    assert [(waiting.host, waiting.cause) for waiting in line.told] == [("api.example", Cause.OUTAGE)]
    assert all(1.0 <= waiting.seconds <= 3.0 for waiting in line.told)


def test_a_call_that_fails_by_itself_is_no_wait_for_a_provider():
    broken = Setback(message="unreadable", transient=True, status=200)
    line = Line(*[broken] * 4)
    with pytest.raises(CallLost):
        line.call()
    assert line.told == []
