"""The purse around calls that are passed on; the journal's part is tested through the broker."""

import asyncio

import pytest

from llmgate import providers
from llmgate.broker import Flow, Turn
from llmgate.config import Budget, ModelEntry
from llmgate.errors import BudgetExhausted, CallLost, CallRefused
from llmgate.message import text_message
from llmgate.providers import Raw, Wire
from llmgate.purse import Purse
from llmgate.run.relaying import Relaying
from llmgate.store import Store
from llmgate.trial import Arm, Completion, FinishReason, Trial, Usage
from tests.unit.sampling import fakes

ENTRY = ModelEntry(provider="openai", model="m")
ASKED = Raw(wire=Wire.CHAT, model="m", streams=False, body=b"{}")
TRIAL = Trial(fixture="a", arm=Arm.HEAD, index=0)


class Priced:
    """A provider whose calls may cost a dollar, and are answered as it is told."""

    def __init__(self, outcome):
        self.outcome = outcome
        self.reserved = []

    def takes(self, _provider, _wire, _model):
        return True

    def raw_ceiling(self, _provider, _asked, _content):
        return 1.0

    async def relay(self, _provider, _asked, _content, into):
        self.reserved.append(self.purse._reserved_usd)
        await asyncio.sleep(0)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        into.begin("application/json")
        into.add(b"{}")
        into.finish()
        return self.outcome


def answer(cost, likely=None):
    said = Completion(message=text_message("assistant", "x"), finish_reason=FinishReason.STOP, usage=Usage())
    return providers.Relayed(completion=said, latency_s=0.5, attempts=1, cost_usd=cost, likely_usd=likely)


@pytest.fixture
def relaying(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:

        def made(outcome, usd=5.0):
            client = Priced(outcome)
            clock = fakes.FakeClock().clock
            client.purse = Purse(Budget(usd=usd), clock)
            return client, Relaying(client=client, store=store, experiment="e", purse=client.purse, clock=clock)

        yield made


async def ask(way, number=0):
    ended = await way.ask(ENTRY, ASKED, {}, Turn(trial=TRIAL, step=number, digest="d", occurrence=number), Flow())
    return ended.call


async def test_dollars_are_set_aside_before_a_call_and_what_it_cost_is_paid_after_it(relaying):
    client, way = relaying(answer(0.25))
    call = await ask(way)
    assert client.reserved == [1.0]
    assert (client.purse.spent.usd, client.purse.spent.unpriced, call.cost_usd) == (0.25, 0, 0.25)


async def test_an_answer_that_tells_no_tokens_is_unpriced_and_counts_with_what_it_likely_cost(relaying):
    client, way = relaying(answer(None, 0.125))
    call = await ask(way)
    assert (client.purse.spent.usd, client.purse.spent.unpriced, call.cost_usd) == (0.125, 1, None)


@pytest.mark.parametrize(
    ("error", "usd"),
    [(CallRefused("no", id="request-refused"), 0.0), (CallLost("gone", id="provider-unreachable"), 1.0)],
)
async def test_a_call_that_is_lost_on_the_way_is_paid_for_and_one_that_is_refused_is_not(relaying, error, usd):
    client, way = relaying(error)
    with pytest.raises(type(error)):
        await ask(way)
    assert (client.purse.spent.usd, client.purse.spent.errors) == (usd, 1)


async def test_no_call_is_made_that_could_exceed_the_budget(relaying):
    client, way = relaying(answer(0.5), usd=1.2)
    await ask(way, 0)
    with pytest.raises(BudgetExhausted, match="the next call could exceed the budget"):
        await ask(way, 1)
    assert len(client.reserved) == 1


async def test_a_recorded_answer_takes_nothing_from_the_budget(relaying):
    client, way = relaying(answer(0.5))
    await ask(way)
    again = await ask(way)
    assert (client.purse.spent.calls, client.purse.spent.reused, again.reused) == (1, 1, True)
