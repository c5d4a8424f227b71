"""A night takes no more than the policy's budget, whatever was spent before it."""

import pytest

from llmgate.gate import calibrating
from llmgate.gate import night as nights
from llmgate.run import Spent
from tests.unit.sampling import fakes

POLICY = "  screen: 2\n  budget: {usd: 1.0}\n"


@pytest.fixture
def night(tmp_path):
    history = fakes.FakeHistory({"base": fakes.files(policy=POLICY)})
    client = fakes.FakeClient(cost_usd=0.25, ceiling_usd=0.25)
    return history, client, fakes.outside(tmp_path / "store.sqlite", client)


@pytest.mark.trust("budget")
@pytest.mark.parametrize(("spent", "calls"), [(0.0, 4), (0.5, 2), (1.0, 0), (3.0, 0)])
def test_a_gate_at_night_has_the_dollars_that_the_baseline_left(night, spent, calls):
    history, client, things = night
    found = nights.watch(history, "base", things, Spent(calls=0, usd=spent))
    assert (len(client.asked), found.spent.usd) == (calls, calls * 0.25)


def test_gates_end_where_their_dollars_do(night):
    history, client, things = night
    ran = calibrating.run_gates(history, "base", things, calibrating.Wish(repeats=9, usd=0.5))
    assert (len(client.asked), ran.spent.usd) == (2, 0.5)
