"""The trials of batches → what was spent for each before it was known, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from llmgate.providers.prices import BATCH_FACTOR
from llmgate.purse import Clock, Purse
from llmgate.run.batches.door import Batches
from llmgate.store import Batch, Item, Store
from llmgate.trial import Call, Request


@dataclass(slots=True, kw_only=True)
class Gathered:
    """What came of it: trials that this run sent, answers, trials without one and why, and those not yet ended."""

    sent: int = 0
    answered: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    pending: int = 0
    exhausted: str | None = None


class Accounts:
    """Each trial's part of the purse. One that has no answer is given up once, and costs nothing."""

    def __init__(self, store: Store, purse: Purse) -> None:
        self.found = Gathered()
        self._store = store
        self._purse = purse
        self._advances: dict[Item, float] = {}
        self._given_up: set[Item] = set()

    def advance(self, item: Item, ceiling: float) -> None:
        """Spend what a call will hardly exceed; `ceiling` is the ordinary call's.

        Raises:
            BudgetExhausted: where it could exceed what is left.
        """
        reserved = ceiling * BATCH_FACTOR
        self._purse.advance(reserved)
        self._advances[item] = reserved

    def take_back(self, item: Item) -> None:
        """Undo what was spent for a trial that was not sent."""
        if item in self._advances:
            self._purse.return_advance(self._advances.pop(item))

    async def answer(self, item: Item, call: Call, at: float) -> None:
        """Journal an answer, once."""
        if not self.is_open(item):
            return
        self._purse.settle_advance(self._advances.pop(item, 0.0), call.cost_usd)
        await self._store.record(item.experiment, item.trial, item.request, call, at)
        self.found.answered += 1

    def give_up(self, item: Item, why: str) -> None:
        """Count a trial without an answer."""
        if not self.is_open(item):
            return
        self._given_up.add(item)
        self.found.failed[why] += 1
        self._purse.spent.errors += 1
        if item in self._advances:
            self._purse.settle_advance(self._advances.pop(item), 0.0)

    def is_open(self, item: Item) -> bool:
        """Tell whether a trial has neither an answer nor been given up."""
        done = item in self._given_up or self._store.finished(item.experiment, item.trial, 0, item.request)
        return not done

    def open_in(self, batch: Batch) -> list[Item]:
        return [item for item in self._store.batches.items(batch).values() if self.is_open(item)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What batches are sent and fetched with. `tell` is given what happens, which may quote a provider."""

    batches: Batches
    store: Store
    accounts: Accounts
    clock: Clock
    ceiling: Callable[[Request], float | None]
    tell: Callable[[str], None]
