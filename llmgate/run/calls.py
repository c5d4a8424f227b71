"""A request of a trial → its finished call: the journal's where there is one, else a paid one that is journaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from pydantic import JsonValue

from llmgate.providers import Raw, Sink, Wire
from llmgate.purse import Clock, Purse, Share, Spent
from llmgate.run.batches import Batches
from llmgate.store import Store
from llmgate.targets import prompt
from llmgate.trial import Call, Completion, EmbeddingRequest, Embeddings, Request, Trial


class Answer(Protocol):
    @property
    def completion(self) -> Completion: ...
    @property
    def latency_s(self) -> float: ...
    @property
    def attempts(self) -> int: ...
    @property
    def cost_usd(self) -> float | None: ...


class Embedded(Protocol):
    @property
    def embeddings(self) -> Embeddings: ...
    @property
    def cost_usd(self) -> float | None: ...


class Relayed(Answer, Protocol):
    @property
    def likely_usd(self) -> float | None: ...


class Client(Protocol):
    """What answers a request, and what passes on that of an application: the providers, behind one door."""

    async def complete(self, request: Request, *, seed: int | None) -> Answer: ...
    async def embed(self, request: EmbeddingRequest) -> Embedded: ...
    async def aclose(self) -> None: ...
    @property
    def batches(self) -> Batches: ...
    def ceiling(self, request: Request | EmbeddingRequest) -> float | None:
        """Bound the dollars of a call from above, or None where no price is known."""

    def takes(self, provider: str, wire: Wire, model: str) -> bool: ...
    async def relay(self, provider: str, asked: Raw, content: Mapping[str, JsonValue], into: Sink) -> Relayed: ...
    def raw_ceiling(self, provider: str, asked: Raw, content: Mapping[str, JsonValue]) -> float | None:
        """Bound the dollars of a call from above, or None where no price is known."""


class Calls:
    """The way to the providers, past the journal and the purse."""

    def __init__(self, *, client: Client, store: Store, experiment: str, purse: Purse, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._experiment = experiment
        self._purse = purse
        self._clock = clock

    @property
    def spent(self) -> Spent:
        return self._purse.spent

    def failed(self) -> None:
        """Count a call without a usable answer."""
        self._purse.spent.errors += 1

    async def make(
        self, trial: Trial, request: Request, step: int, *, seed: int | None, share: Share | None = None
    ) -> tuple[Call, float]:
        """Return the call and when it was finished, in seconds since 1970. What it takes counts in `share` too.

        Raises:
            CallError: where there is no answer.
            BudgetExhausted: where it could exceed what is left.
        """
        identity = prompt.digest(request, seed=seed)
        if (done := self._store.finished(self._experiment, trial, step, identity)) is not None:
            self._purse.spent.reused += 1
            return replace(done.call, provider=request.provider), done.finished_at
        ceiling = self._client.ceiling(request) or 0.0
        await self._purse.reserve(ceiling, share)
        with self._purse.settling(ceiling, share):
            answer = await self._client.complete(request, seed=seed)
        call = Call(
            step=step,
            model=request.model,
            completion=answer.completion,
            cost_usd=answer.cost_usd,
            latency_s=answer.latency_s,
            attempts=answer.attempts,
        )
        self._purse.pay(answer.cost_usd, share)
        finished_at = self._clock.now()
        kept = await self._store.record(self._experiment, trial, identity, call, finished_at)
        return replace(kept.call, provider=request.provider), kept.finished_at
