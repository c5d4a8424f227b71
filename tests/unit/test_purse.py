import pytest

from llmgate.config import Budget
from llmgate.errors import BudgetExhausted, CallLost, CallRefused
from llmgate.purse import Purse, Share
from tests.unit.sampling.fakes import FakeClock


def purse(time=None, **budget):
    return Purse(Budget(**budget), (time or FakeClock()).clock)


async def made(one, ceiling=1.0, *, cost=None, error=None, share=None):
    await one.reserve(ceiling, share)
    with one.settling(ceiling, share):
        if error:
            raise error
    one.pay(cost, share)


async def test_a_call_costs_what_it_cost_and_not_what_was_set_aside():
    one = purse(usd=1.5)
    await made(one, cost=0.25)
    await made(one, cost=0.25)
    assert (one.spent.calls, one.spent.usd, one.spent.unpriced) == (2, 0.5, 0)


@pytest.mark.parametrize(
    ("error", "usd"),
    [
        (CallLost("gone", id="provider-unreachable"), 1.0),
        (CallRefused("no", id="request-refused"), 0.0),
        (KeyboardInterrupt(), 1.0),
    ],
)
async def test_a_call_that_was_lost_may_have_been_billed_and_one_that_was_refused_was_not(error, usd):
    one = purse()
    with pytest.raises(type(error)):
        await made(one, error=error)
    assert one.spent.usd == usd


async def test_a_call_without_a_known_price_is_counted_as_such():
    one = purse()
    await made(one, 0.0)
    assert (one.spent.usd, one.spent.unpriced) == (0.0, 1)


async def test_a_share_is_counted_by_itself_and_in_the_whole():
    one = purse()
    await made(one, cost=0.25)
    await made(one, cost=0.5, share=one.spent.judge)
    await made(one, 0.0, share=one.spent.judge)
    with pytest.raises(CallLost):
        await made(one, error=CallLost("gone", id="provider-unreachable"), share=one.spent.judge)
    assert one.spent.judge == Share(calls=3, usd=1.5, unpriced=1)
    assert (one.spent.calls, one.spent.usd, one.spent.unpriced) == (4, 1.75, 1)


@pytest.mark.parametrize(
    ("budget", "ceiling", "why"),
    [
        ({"calls": 1}, 0.0, "the budget of 1 calls is used up"),
        ({"usd": 1.0}, 0.75, r"could exceed the budget of \$1\.00"),
        ({"minutes": 1}, 0.0, "the budget of 1 minutes is used up"),
    ],
)
async def test_what_could_exceed_the_budget_is_refused(budget, ceiling, why):
    time = FakeClock()
    one = purse(time, **budget)
    await made(one, ceiling, cost=0.5)
    time.pass_by(60)
    with pytest.raises(BudgetExhausted, match=why):
        await one.reserve(ceiling)
