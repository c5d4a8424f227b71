"""What a batch costs, and what becomes of its trials, with providers that do as a test says."""

import asyncio
from dataclasses import dataclass, field

import pytest

from llmgate.config import Budget
from llmgate.errors import CallLost, CallRefused
from llmgate.providers.batches import Reply, State
from llmgate.purse import Purse
from llmgate.run.batches import Accounts, Means, gather
from llmgate.store import Store
from tests.unit.run.test_run import work
from tests.unit.sampling import fakes

CEILING_USD, COST_USD = 0.10, 0.02


@dataclass
class Provider:
    """Batches in memory. `fate` is what becomes of a request; `creating` and `finding` what happens then, in order."""

    clock: fakes.FakeClock
    fate: object = lambda _name: True
    looks: int = 1
    creating: list = field(default_factory=list)
    listed: str | None = None
    foreign: bool = False
    sent: dict = field(default_factory=dict)
    seen: int = 0

    def knows(self, provider):
        return True

    def most(self, provider):
        return 3

    def written(self, entry):
        return entry.custom_id.encode() or b"-"

    async def pause(self, seconds):
        self.clock.pass_by(seconds)

    async def upload(self, provider, token, lines):
        return None

    async def create(self, provider, token, lines, file):
        if self.creating and (error := self.creating.pop(0)) is not None:
            raise error
        self.sent[f"b-{len(self.sent)}"] = [line.decode() for line in lines]
        return f"b-{len(self.sent) - 1}"

    async def find(self, provider, sought):
        return self.listed

    async def state(self, provider, batch):
        self.seen += 1
        return State(over=self.seen >= self.looks, word="completed", results=(batch,))

    async def results(self, provider, model, state):
        for name in self.sent.get(state.results[0], ["other-0"]):
            shown = f"x{name}" if self.foreign else name
            if self.fate(name):
                yield Reply(custom_id=shown, completion=fakes.said("good"), cost_usd=COST_USD)
            else:
                yield Reply(custom_id=shown, error="it expired")


class Bench:
    def __init__(self, store, *, budget=None, **settings):
        self.clock, self.told = fakes.FakeClock(), []
        self.provider = Provider(self.clock, **settings)
        self.store = store
        self.purse = Purse(budget or Budget(), self.clock.clock)

    def gather(self, count=3, wait_s=3600.0):
        means = Means(
            batches=self.provider,
            store=self.store,
            accounts=Accounts(self.store, self.purse),
            clock=self.clock.clock,
            ceiling=lambda _: CEILING_USD,
            tell=self.told.append,
        )
        wanted = [work(index) for index in range(count)]
        return asyncio.run(gather(wanted, means, experiment="e", wait_s=wait_s))


@pytest.fixture
def bench(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield lambda **settings: Bench(store, **settings)


def test_what_a_batch_did_cost_takes_the_place_of_what_it_could(bench):
    made = bench()
    found = made.gather()
    assert (found.sent, found.answered, made.purse.spent.calls) == (3, 3, 3)
    assert made.purse.spent.usd == pytest.approx(3 * COST_USD)


def test_what_is_not_answered_yet_counts_with_what_it_could_cost_at_half_the_price(bench):
    made = bench(looks=10**6)
    assert made.gather(wait_s=0).pending == 3
    assert made.purse.spent.usd == pytest.approx(3 * CEILING_USD / 2)


def test_what_has_no_answer_costs_nothing(bench):
    made = bench(fate=lambda name: name.endswith("-1"))
    found = made.gather()
    assert (found.answered, dict(found.failed), made.purse.spent.errors) == (1, {"it expired": 2}, 2)
    assert made.purse.spent.usd == pytest.approx(COST_USD)


def test_no_more_is_sent_than_the_budget_bears(bench):
    made = bench(budget=Budget(usd=0.11))
    found = made.gather()
    assert (found.sent, found.answered) == (2, 2)
    assert found.exhausted == "the next call could exceed the budget of $0.11"


def test_batches_are_no_larger_than_the_provider_takes(bench):
    made = bench()
    assert made.gather(8).answered == 8
    assert sorted(map(len, made.provider.sent.values())) == [2, 3, 3]


def test_what_was_refused_is_not_sent_again_and_costs_nothing(bench):
    made = bench(creating=[CallRefused("no such model", status=400, id="request-refused")])
    found = made.gather()
    assert (found.sent, dict(found.failed), made.provider.sent) == (0, {"no such model [request-refused]": 3}, {})
    assert (made.purse.spent.calls, made.purse.spent.usd) == (0, pytest.approx(0.0))


def test_a_batch_that_is_in_no_list_after_two_minutes_is_made_anew(bench):
    made = bench(creating=[CallLost("the connection broke", id="provider-unreachable")])
    began = made.clock.seconds
    assert made.gather().answered == 3
    assert len(made.provider.sent) == 1
    assert made.clock.seconds - began > 120


def test_a_batch_that_turns_out_to_be_anothers_gives_nothing_and_nothing_is_sent_again(bench):
    made = bench(creating=[CallLost("the connection broke", id="provider-unreachable")], listed="b-9")
    found = made.gather()
    assert (found.answered, sum(found.failed.values()), made.provider.sent) == (0, 3, {})
    assert made.store.batches.open() == ()


def test_the_next_run_takes_over_what_was_sent(bench):
    first = bench(looks=10**6)
    first.gather(wait_s=0)
    second = bench()
    second.provider.sent = first.provider.sent
    found = second.gather()
    assert (found.sent, found.answered) == (0, 3)
    assert second.store.batches.open() == ()


def test_pauses_grow_up_to_a_minute(bench):
    made = bench(looks=60)
    began = made.clock.seconds
    made.gather(wait_s=10**6)
    assert 40 * 60 < made.clock.seconds - began < 60 * 60
