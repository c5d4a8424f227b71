"""What becomes of an application's trial, by what its provider did and what it did itself."""

import asyncio
import contextlib
import time

import pytest

from llmgate import run
from llmgate.broker import Ended
from llmgate.config import ModelEntry
from llmgate.config.applications import CommandEntry
from llmgate.errors import CallLost
from llmgate.message import text_message
from llmgate.purse import Clock
from llmgate.run.visiting import Visits
from llmgate.store import Store
from llmgate.surface import Application
from llmgate.targets.reply import Reply
from llmgate.trial import Arm, Call, Completion, FinishReason, Trial, Usage
from tests import brokers, modelserver
from tests.unit.broker import asking
from tests.unit.sampling import fakes


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


ENTRY = CommandEntry.model_validate({"kind": "command", "run": ["app"], "files": ["**"], "timeout_s": 1})
MODELS = {"answerer": ModelEntry(provider="openai", model=brokers.GPT)}
APPLICATION = Application(entry=ENTRY, models=MODELS, identity="i")
LATE = Reply(fault="it was stopped after 1 s", timed_out=True)


class Slow:
    """A provider whose answers take a while, beside what they had to wait for before."""

    def __init__(self, *, waited_s, latency_s):
        self.waited_s, self.latency_s = waited_s, latency_s

    def takes(self, _provider, _wire, _model):
        return True

    async def ask(self, entry, asked, _content, turn, into):
        await asyncio.sleep(self.waited_s + self.latency_s)
        into.begin("application/json")
        into.add(b"{}")
        into.finish()
        said = Completion(message=text_message("assistant", "x"), finish_reason=FinishReason.STOP, usage=Usage())
        call = Call(
            step=turn.step, model=asked.model, completion=said, cost_usd=None, latency_s=self.latency_s, attempts=1
        )
        return Ended(call=call, at=0.0)


class Seats:
    """One seat, at which an application asks a model and is stopped before it has its answer, or answers after it."""

    token = "token-1"
    lacking = ()

    def __init__(self, *, patient):
        self._patient = patient

    async def open(self):
        pass

    async def afresh(self):
        pass

    async def aclose(self):
        pass

    @contextlib.asynccontextmanager
    async def seat(self, _arm, _name, _entry):
        yield self

    async def answer(self, _question, environment):
        where = type("Where", (), {"environment": lambda _: environment, "token": self.token})()
        asked = asyncio.create_task(asking.post(where))
        if self._patient:
            await asked
            told = await asking.post(where)
            return Reply(output=str(told.status))
        await asyncio.sleep(0.1)
        asked.cancel()
        return LATE


async def talk(relay, *, patient=False):
    hosting = run.Hosting(
        seats=Seats(patient=patient),
        token=lambda: "token-2",
        traceparent=lambda _trial: "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
        told=lambda _payloads, _trace: type("Told", (), {"documents": (), "tool_calls": ()})(),
        request=lambda _dialect, _model, _body: None,
    )
    trial = Trial(fixture="a", arm=Arm.HEAD, index=0)
    work = run.Work(
        trial=trial,
        fixture=fakes.fixture("a"),
        request=fakes.request("a"),
        max_steps=1,
        seed=None,
        application=APPLICATION,
    )
    visits = Visits(hosting, relay, Clock(now=time.time, monotonic=time.monotonic))
    try:
        return await visits.talk(work, APPLICATION, seed=None, number=0)
    finally:
        await visits.aclose()


async def test_an_application_that_begins_a_call_before_its_time_is_over_has_failed_all_the_same():
    told = await talk(Slow(waited_s=0, latency_s=0.3))
    assert told.fault == LATE.fault


async def test_an_application_whose_provider_held_its_call_up_is_missing_data():
    with pytest.raises(CallLost, match="held its calls up"):
        await talk(Slow(waited_s=0.3, latency_s=0))


async def asked_twice(store, *plan):
    with modelserver.serve(plan=plan) as server:
        async with brokers.opened(server.url, store) as bench:
            return await talk(bench.broker._relay, patient=True)


@pytest.mark.parametrize("status", [400, 404, 413])
async def test_a_request_that_a_provider_cannot_take_is_the_applications_own_failure(store, status):
    assert (await asked_twice(store, modelserver.OK, modelserver.status(status))).output == str(status)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_request_that_a_provider_refuses_us_is_missing_data(store, status):
    with pytest.raises(CallLost, match=str(status)):
        await asked_twice(store, modelserver.OK, modelserver.status(status))


async def test_a_model_that_has_never_answered_and_is_not_found_is_missing_data(store):
    with pytest.raises(CallLost, match="404"):
        await asked_twice(store, modelserver.status(404), modelserver.status(404))
