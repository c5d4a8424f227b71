"""How much at once, how long, and whose clock: the settings of a client, given from outside."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Jitter(Protocol):
    """The part of `random.Random` that spreads retries."""

    def random(self) -> float: ...


class Cause(StrEnum):
    """Why calls wait for a provider."""

    OUTAGE = "does not answer"
    LIMIT = "asks for time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Calls wait for a provider, for about so many seconds."""

    host: str
    cause: Cause
    seconds: float


def untold(_: Waiting) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Chance and time: `clock` reads monotonic seconds, `sleep` waits for that many (`asyncio.sleep`).

    `now` reads seconds since 1970, for what is signed with the time of day. `tell` hears of waits.
    """

    jitter: Jitter
    sleep: Callable[[float], Awaitable[object]]
    clock: Callable[[], float]
    now: Callable[[], float] = time.time
    tell: Callable[[Waiting], None] = untold


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`timeout_s` bounds one attempt, `deadline_s` a call with all its attempts and waits; None leaves room for all.

    An error is worth waiting for, but what the provider says of it no longer than `explanation_s`.
    """

    concurrency: int = 16
    timeout_s: float = 60.0
    connect_s: float = 10.0
    deadline_s: float | None = None
    explanation_s: float = 5.0
