import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallLost
from llmgate.providers import steering
from llmgate.providers.pace import Limits, Pace
from llmgate.providers.steering import Steering
from tests import modelserver
from tests.unit.providers import fakes


def at_most(most, clock=None):
    return Steering(most, (clock or fakes.FakeTime()).pace)


@given(st.integers(1, 64), st.lists(st.sampled_from(["well", "used up", "refused", "late"]), max_size=200))
def test_the_places_stay_between_one_and_what_the_policy_allows(most, events):
    """Whatever a provider says, 1 ≤ limit ≤ most, and a refusal never makes it more."""
    steered = at_most(most)
    for event in events:
        before = steered.limit
        match event:
            case "well":
                steered.succeeded({})
            case "used up":
                steered.succeeded({"x-ratelimit-remaining-tokens": "0"})
            case "refused":
                steered.refused(steered._round, 1.0)
            case "late":
                steered.refused(steered._round - 1, 1.0)
        assert 1 <= steered.limit <= most
        assert steered.limit <= before + (event == "well")


def test_those_that_are_refused_together_halve_once():
    steered = at_most(16)
    for _ in range(16):
        steered.refused(0, 1.0)
    assert (steered.limit, steered.refusals) == (8, 1)


def test_one_more_is_let_in_after_as_many_successes_as_there_are_places():
    steered = at_most(8)
    steered.refused(0, 0.0)
    limits = []
    for _ in range(9):
        steered.succeeded({})
        limits.append(steered.limit)
    assert limits == [4, 4, 4, 5, 5, 5, 5, 5, 6]


@pytest.mark.parametrize("name", steering.REMAINING)
def test_a_header_that_says_nothing_is_left_halves(name):
    steered = at_most(8)
    steered.succeeded({name: "0"})
    assert steered.limit == 4


@pytest.mark.parametrize("value", ["", "1", "00x", "-0", "zero", "9" * 5_000])
def test_what_is_no_nought_changes_nothing(value):
    steered = at_most(8)
    steered.succeeded({"x-ratelimit-remaining-requests": value})
    assert steered.limit == 8


async def test_a_call_that_is_cancelled_while_it_waits_takes_no_place():
    steered = at_most(1)
    async with steered.place():
        waiting = asyncio.create_task(_once(steered))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(1), steered.place():
        assert steered._under_way == 1
    assert steered._under_way == 0


async def test_a_call_that_is_cancelled_as_its_turn_comes_passes_it_on():
    steered = at_most(1)
    async with steered.place():
        first = asyncio.create_task(_once(steered))
        second = asyncio.create_task(_once(steered))
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait_for(second, 1)
    assert steered._under_way == 0


async def _once(steered):
    async with steered.place():
        pass


def real():
    return Pace(jitter=fakes.FakeTime(), sleep=asyncio.sleep, clock=time.monotonic)


class Limited:
    """A server that takes `allowed` requests in each window of `window_s` seconds."""

    def __init__(self, allowed, window_s):
        self.allowed, self.window_s = allowed, window_s
        self.began, self.taken, self.refused = 0.0, 0, 0

    def __call__(self, _asked):
        now = time.monotonic()
        if now - self.began >= self.window_s:
            self.began, self.taken = now, 0
        self.taken += 1
        if self.taken <= self.allowed:
            return modelserver.OK
        self.refused += 1
        return modelserver.status(429, retry_after=f"{self.began + self.window_s - now:.3f}")


async def test_a_server_that_takes_so_many_a_second_is_used_near_its_rate_and_loses_no_call():
    limited = Limited(allowed=25, window_s=0.25)
    with modelserver.serve(plan=limited) as server:
        async with fakes.client(server.url, time=_RealTime(), concurrency=16) as client:
            started = time.monotonic()
            answers = await asyncio.gather(*(client.complete(fakes.request(text=str(at))) for at in range(150)))
            elapsed_s = time.monotonic() - started
    windows = 150 / limited.allowed
    assert [answer.completion.message.text for answer in answers] == [str(at) for at in range(150)]
    assert elapsed_s < 1.6 * windows * limited.window_s
    assert limited.refused < 150 / 2


class _RealTime(fakes.FakeTime):
    @property
    def pace(self):
        return real()


async def test_a_provider_that_refuses_for_ever_is_given_up_with_ever_longer_pauses():
    clock = fakes.FakeTime(chance=1.0)
    with modelserver.serve(plan=lambda _asked: modelserver.status(429)) as server:
        async with fakes.client(server.url, time=clock) as client:
            with pytest.raises(CallLost, match=r"answered 429.*given up after 6 attempts"):
                await client.complete(fakes.request())
            with pytest.raises(CallLost, match="given up after 1 attempt"):
                await client.complete(fakes.request())
    assert clock.slept == [0.5, 1.0, 2.0, 4.0, 8.0]


async def test_a_provider_that_answers_again_is_asked_as_before():
    faults = [modelserver.status(429)] * steering.MAX_REFUSALS
    with modelserver.serve(plan=faults) as server:
        async with fakes.client(server.url) as client:
            with pytest.raises(CallLost):
                await client.complete(fakes.request())
            assert (await client.complete(fakes.request())).attempts == 1


async def test_refusals_take_none_of_the_attempts_that_failures_have():
    plan = [modelserver.status(code) for code in (429, 503, 429, 529, 503, 429, 503)]
    with modelserver.serve(plan=plan) as server:
        async with fakes.client(server.url) as client:
            assert (await client.complete(fakes.request())).attempts == 8


async def test_a_provider_that_pauses_holds_no_other_up():
    held = asyncio.Event()
    pace = Pace(jitter=fakes.FakeTime(), sleep=lambda _seconds: held.wait(), clock=time.monotonic)
    plan = [modelserver.status(429, retry_after="9")]
    with modelserver.serve(plan=plan) as slow, modelserver.serve() as quick:
        declared = {"slow": ProviderEntry(host=slow.url), "quick": ProviderEntry(host=quick.url)}
        endpoints = providers.endpoints(declared, {}, declared)
        async with providers.Client(endpoints, pace=pace, limits=Limits(concurrency=1)) as client:
            paused = asyncio.create_task(client.complete(fakes.request("slow")))
            while not slow.seen:  # noqa: ASYNC110 - the server is in another thread
                await asyncio.sleep(0.01)
            answer = await asyncio.wait_for(client.complete(fakes.request("quick")), 5)
            paused.cancel()
    assert answer.attempts == 1
