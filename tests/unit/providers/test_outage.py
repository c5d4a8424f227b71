import asyncio

import pytest

from llmgate.errors import CallLost
from llmgate.providers import outage, retry
from llmgate.providers.outage import Outage
from llmgate.providers.retry import Reply, Setback
from tests import modelserver
from tests.unit.providers import fakes

REPLY = Reply(body={}, latency_s=0.1, headers={})
GONE = Setback(message="the provider cannot be reached", transient=True)


class Provider:
    """A plan of faults: well, then down for so many seconds of the fake clock, then well again."""

    def __init__(self, time, down_s, fault):
        self.time, self.until, self.fault = time, None, fault
        self.down_s, self.asked = down_s, 0

    def __call__(self, _asked):
        self.asked += 1
        if self.asked == 1:
            return modelserver.OK
        self.until = self.time.now + self.down_s if self.until is None else self.until
        return self.fault if self.time.now < self.until else modelserver.OK


FAULTS = [modelserver.reset(), modelserver.status(502), modelserver.status(504)]


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.status}")
async def test_a_call_survives_30_seconds_without_its_provider(fault, chance):
    time = fakes.FakeTime(chance=chance)
    with modelserver.serve(plan=Provider(time, 30.0, fault)) as server:
        async with fakes.client(server.url, time=time) as client:
            await client.complete(fakes.request())
            answer = await client.complete(fakes.request())
    assert answer.completion.message.text == "hello"
    assert 28 < sum(time.slept) < 36


async def test_a_provider_that_does_not_come_back_is_given_up_after_its_patience():
    time = fakes.FakeTime(chance=0.5)
    with modelserver.serve(plan=Provider(time, 1e9, modelserver.status(504))) as server:
        async with fakes.client(server.url, time=time) as client:
            await client.complete(fakes.request())
            with pytest.raises(CallLost, match="answered 504"):
                await client.complete(fakes.request())
            assert outage.PATIENCE_S <= sum(time.slept) < outage.PATIENCE_S + 10
            before = len(time.slept)
            with pytest.raises(CallLost, match="given up after 4 attempts"):
                await client.complete(fakes.request())
    assert sum(time.slept[before:]) < 4


async def test_a_server_that_says_503_itself_gets_no_more_than_the_attempts():
    time = fakes.FakeTime(chance=0.5)
    with modelserver.serve(plan=Provider(time, 1e9, modelserver.status(503))) as server:
        async with fakes.client(server.url, time=time) as client:
            await client.complete(fakes.request())
            with pytest.raises(CallLost, match="given up after 4 attempts"):
                await client.complete(fakes.request())
    assert sum(time.slept) < 4


def test_silences_of_a_run_are_waited_for_within_a_bound_for_all_of_them():
    time = fakes.FakeTime()
    known, waited = Outage(time.clock), 0
    for _ in range(20):
        known.note(REPLY)
        known.note(GONE)
        for _ in range(40):
            waited += known.is_worth_waiting(known.answers)
            time.now += 1
    assert waited == outage.MOST_PATIENCE_S


async def test_a_provider_that_never_answered_gets_no_more_than_the_attempts(unused_tcp_port):
    time = fakes.FakeTime(chance=1.0)
    async with fakes.client(f"http://127.0.0.1:{unused_tcp_port}", time=time) as client:
        with pytest.raises(CallLost, match="given up after 4 attempts"):
            await client.complete(fakes.request())
    assert time.slept == [0.5, 1.0, 2.0]


async def test_a_call_that_fails_while_others_have_answers_gets_no_more_than_the_attempts():
    time = fakes.FakeTime(chance=0.5)

    def plan(asked):
        return modelserver.status(504) if asked.prompt == "poison" else modelserver.OK

    with modelserver.serve(plan=plan) as server:
        async with fakes.client(server.url, time=time) as client:
            await client.complete(fakes.request())
            poisoned = asyncio.create_task(client.complete(fakes.request(text="poison")))
            while not poisoned.done():
                await client.complete(fakes.request())
            with pytest.raises(CallLost, match=f"given up after {retry.MAX_ATTEMPTS} attempts"):
                await poisoned
    assert sum(asked.prompt == "poison" for asked in server.seen) == retry.MAX_ATTEMPTS


def test_a_refusal_ends_a_silence_and_a_server_error_is_none():
    time = fakes.FakeTime()
    known = Outage(time.clock)
    known.note(REPLY)
    known.note(GONE)
    assert known.is_worth_waiting(1)
    known.note(Setback(message="the provider answered 500", transient=True, status=500))
    assert not known.is_worth_waiting(known.answers)
