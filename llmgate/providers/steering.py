"""What a provider says of its limits → how many of its calls are under way: one more while all goes well, half on a no.

Additive increase and multiplicative decrease, as in TCP (https://www.rfc-editor.org/rfc/rfc5681): calls share a limited
server without knowing its limit. A refusal is no failure of the call: it waits, and is made again.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from llmgate.providers.pace import Pace

MAX_REFUSALS = 6  # in a row, each after a longer wait; then the provider counts as one that does not answer
HELD_BACK_STATUSES = frozenset({429, 529})
REMAINING = (
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-tokens",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-input-tokens-remaining",
    "anthropic-ratelimit-output-tokens-remaining",
)

_COUNT = re.compile("[0-9]{1,12}")


def holds_back(status: int | None, retry_after_s: float | None) -> bool:
    """Whether a failed attempt says that there were too many, and not that something broke."""
    return status in HELD_BACK_STATUSES or retry_after_s is not None


def is_used_up(headers: Mapping[str, str]) -> bool:
    """Whether a response says that nothing is left of some limit."""
    found = (headers.get(name, "").strip() for name in REMAINING)
    return any(_COUNT.fullmatch(text) and int(text) == 0 for text in found)


class Steering:
    """The places of one provider. `round` counts the refusals that counted: those of one round count once."""

    def __init__(self, most: int, pace: Pace) -> None:
        self.limit = most
        self.refusals = 0
        self._most: Final = most
        self._pace = pace
        self._under_way = 0
        self._successes = 0
        self._round = 0
        self._resumes_at = float("-inf")
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def pause_s(self) -> float:
        """Seconds until calls are made again."""
        return max(0.0, self._resumes_at - self._pace.clock())

    @property
    def is_hopeless(self) -> bool:
        return self.refusals >= MAX_REFUSALS

    @asynccontextmanager
    async def place(self, *, again: bool = False) -> AsyncIterator[int]:
        """Wait for a place and the end of a pause; the value is the round. A call that was refused goes first."""
        await self._enter(again=again)
        try:
            while (left_s := self.pause_s) > 0:
                await self._pace.sleep(left_s)
            yield self._round
        finally:
            self._leave()

    def succeeded(self, headers: Mapping[str, str]) -> None:
        """Let one more in after as many successes as there are places; where nothing is left, halve."""
        self.refusals = 0
        if is_used_up(headers):
            self._shrink()
            return
        self._successes += 1
        if self._successes >= self.limit:
            self._successes = 0
            self.limit = min(self.limit + 1, self._most)

    def refused(self, in_round: int, wait_s: float) -> None:
        """Halve and pause, once for all that were refused together."""
        if in_round != self._round:
            return
        self._round += 1
        self.refusals += 1
        self._shrink()
        if not self.is_hopeless:
            self._resumes_at = max(self._resumes_at, self._pace.clock() + wait_s)

    def _shrink(self) -> None:
        self._successes = 0
        self.limit = max(1, self.limit // 2)

    async def _enter(self, *, again: bool) -> None:
        if self._under_way < self.limit and not self._waiting:
            self._under_way += 1
            return
        turn = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if again else self._waiting.append)(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        self._under_way -= 1
        while self._waiting and self._under_way < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._under_way += 1
                turn.set_result(None)
