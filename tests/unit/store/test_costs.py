import asyncio

import pytest

from llmgate.store import Store
from llmgate.trial import Arm, Call, Trial
from tests.unit.sampling import fakes


def journaled(store, costs):
    for index, cost in enumerate(costs):
        call = Call(step=0, model="m-1", completion=fakes.said("x"), cost_usd=cost, latency_s=0.1, attempts=1)
        trial = Trial(fixture="a", arm=Arm.BASE, index=index)
        asyncio.run(store.record("base..head", trial, f"r{index}", call, float(index)))


def test_the_mean_price_is_that_of_the_calls_that_have_one(tmp_path):
    with Store.open(tmp_path / "s.sqlite") as store:
        journaled(store, [0.01, None, 0.03])
        assert store.costs.mean() == pytest.approx(0.02)


def test_without_a_priced_call_no_price_is_told(tmp_path):
    with Store.open(tmp_path / "s.sqlite") as store:
        journaled(store, [None])
        assert store.costs.mean() is None
