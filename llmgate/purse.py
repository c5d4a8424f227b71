"""A budget → what may still be spent of it: dollars are set aside before a call is made and settled after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from llmgate.config import Budget
from llmgate.errors import BudgetExhausted, CallRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """`now` counts seconds since 1970 and `monotonic` seconds since some start."""

    now: Callable[[], float]
    monotonic: Callable[[], float]

    @property
    def steady(self) -> Clock:
        """A clock that starts at this one's time and goes on with what passes: nothing that sets the time moves it."""
        ahead = self.now() - self.monotonic()
        return Clock(now=lambda: ahead + self.monotonic(), monotonic=self.monotonic)


@dataclass(slots=True, kw_only=True)
class Share:
    """What a part of the calls took of what was spent."""

    calls: int = 0
    usd: float = 0.0
    unpriced: int = 0


@dataclass(slots=True, kw_only=True)
class Spent:
    """What this run used, the judge's share in it. `unpriced` calls have no known price; `errors` no usable answer."""

    calls: int = 0
    reused: int = 0
    errors: int = 0
    usd: float = 0.0
    unpriced: int = 0
    judge: Share = field(default_factory=Share)


class Purse:
    """What is spent and set aside of one run's budget."""

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self.spent = Spent()
        self._budget = budget
        self._clock = clock
        self._reserved_usd = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()
        self._deadline = clock.monotonic() + budget.minutes * 60

    async def reserve(self, ceiling: float, share: Share | None = None) -> None:
        """Set a call's dollars aside before it is made; wait where calls in flight may yet cost less than theirs.

        Raises:
            BudgetExhausted: where it could exceed what is left.
        """
        while self._in_flight and self._is_too_dear(ceiling):
            await self._settled.wait()
        self._refuse_beyond_budget(ceiling)
        for payer in self._payers(share):
            payer.calls += 1
        self._in_flight += 1
        self._reserved_usd += ceiling

    @contextmanager
    def settling(self, ceiling: float, share: Share | None = None) -> Iterator[None]:
        """Make a call whose dollars are set aside. One that is lost on the way may have been billed: it is paid for."""
        try:
            yield
        except CallRefused:
            raise
        except BaseException:
            for payer in self._payers(share):
                payer.usd += ceiling
            raise
        finally:
            self._settle(ceiling)

    def advance(self, ceiling: float) -> None:
        """Spend a call's dollars before it is made, where what it really costs may be known only days later.

        Raises:
            BudgetExhausted: where it could exceed what is left.
        """
        self._refuse_beyond_budget(ceiling)
        self.spent.calls += 1
        self.spent.usd += ceiling

    def settle_advance(self, ceiling: float, cost_usd: float | None) -> None:
        """Put what a call really cost in the place of what was spent for it."""
        self.spent.usd = max(0.0, self.spent.usd - ceiling)
        self.pay(cost_usd)

    def return_advance(self, ceiling: float) -> None:
        """Take back what was spent for a call that was not made."""
        self.spent.calls -= 1
        self.spent.usd = max(0.0, self.spent.usd - ceiling)

    def pay(self, cost_usd: float | None, share: Share | None = None, *, likely_usd: float = 0.0) -> None:
        """Book a call. One whose cost is not known counts as unpriced, and with what it likely cost."""
        for payer in self._payers(share):
            payer.usd += likely_usd if cost_usd is None else cost_usd
            payer.unpriced += cost_usd is None

    def _payers(self, share: Share | None) -> tuple[Spent | Share, ...]:
        return (self.spent,) if share is None else (self.spent, share)

    def _settle(self, ceiling: float) -> None:
        self._in_flight -= 1
        self._reserved_usd = self._reserved_usd - ceiling if self._in_flight else 0.0
        self._settled.set()  # wakes all who wait now
        self._settled.clear()

    def _is_too_dear(self, ceiling: float) -> bool:
        return self.spent.usd + self._reserved_usd + ceiling > self._budget.usd

    def _refuse_beyond_budget(self, ceiling: float) -> None:
        if self.spent.calls >= self._budget.calls:
            raise BudgetExhausted(f"the budget of {self._budget.calls} calls is used up", id="budget-exhausted")
        if self._is_too_dear(ceiling):
            raise BudgetExhausted(
                f"the next call could exceed the budget of ${self._budget.usd:.2f}", id="budget-exhausted"
            )
        if (overdue := self.overdue) is not None:
            raise BudgetExhausted(overdue, id="budget-exhausted")

    @property
    def overdue(self) -> str | None:
        """Say that the time of the budget is over, where it is."""
        if self._clock.monotonic() < self._deadline:
            return None
        return f"the budget of {self._budget.minutes:g} minutes is used up"
