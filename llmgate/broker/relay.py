"""The way from the broker to the providers, as the broker sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from llmgate.config import ModelEntry
from llmgate.providers import Raw, Sink, Wire
from llmgate.trial import Call, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Which of a trial's requests it is: the `step`, and of those with the same digest the one with this number."""

    trial: Trial
    step: int
    digest: str
    occurrence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A call that is over and journaled, and when it ended, in seconds since 1970."""

    call: Call
    at: float


class Relay(Protocol):
    """Who asks on the broker's behalf, and keeps the books."""

    def takes(self, provider: str, wire: Wire, model: str, /) -> bool:
        """Whether a provider speaks what an application speaks."""
        ...

    async def ask(
        self, entry: ModelEntry, asked: Raw, content: Mapping[str, JsonValue], turn: Turn, into: Sink
    ) -> Ended:
        """Have a request answered, by its provider or by the journal, which has the call when this returns.

        Raises:
            CallError: where there is no answer, or it is an error; what the provider said is in `into`.
            BudgetExhausted: where it could exceed what is left.
        """
        ...
