"""An application's request → its answer: the journal's where there is one, else a paid one that is journaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from llmgate.broker.relay import Ended, Turn
from llmgate.config import ModelEntry
from llmgate.errors import CallError
from llmgate.providers import Raw, Sink, Wire
from llmgate.purse import Clock, Purse
from llmgate.run.calls import Client, Relayed
from llmgate.store import Exchange, Occurrence, Store
from llmgate.trial import Call, Operation

OK = 200


class Relaying:
    """The broker's way to the providers, past the journal and the purse. It is a `broker.Relay`.

    A trial's request is known by its digest and by how many equal ones came before it in the trial. So a trial that
    is taken up again gets the answers that it got, equal requests within a trial are draws of their own, and no two
    trials share one. An answer is journaled whole and only when it is one.
    """

    def __init__(self, *, client: Client, store: Store, experiment: str, purse: Purse, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._experiment = experiment
        self._purse = purse
        self._clock = clock

    def takes(self, provider: str, wire: Wire, model: str) -> bool:
        return self._client.takes(provider, wire, model)

    async def ask(
        self, entry: ModelEntry, asked: Raw, content: Mapping[str, JsonValue], turn: Turn, into: Sink
    ) -> Ended:
        """Have a request answered.

        Raises:
            CallError: where there is no answer, or it is an error.
            BudgetExhausted: where it could exceed what is left.
            NotEvaluated: where it could not be journaled.
        """
        which = Occurrence(experiment=self._experiment, trial=turn.trial, request=turn.digest, number=turn.occurrence)
        if (done := self._store.exchanges.find(which, turn.step)) is not None:
            self._purse.spent.reused += 1
            into.begin(done.content_type)
            into.add(done.body)
            into.finish()
            return Ended(call=replace(done.call, provider=entry.provider), at=done.finished_at)
        answer = await self._asked(entry, asked, content, into)
        call = Call(
            step=turn.step,
            model=entry.model,
            completion=answer.completion,
            cost_usd=answer.cost_usd,
            latency_s=answer.latency_s,
            attempts=answer.attempts,
            provider=entry.provider,
            operation=Operation.EMBEDDINGS if asked.wire.embeds else Operation.CHAT,
        )
        at = self._clock.now()
        await self._store.exchanges.keep(
            which,
            Exchange(
                status=OK,
                content_type=into.content_type,
                body=into.taken(),
                call=call,
                finished_at=at,
            ),
        )
        return Ended(call=call, at=at)

    async def _asked(self, entry: ModelEntry, asked: Raw, content: Mapping[str, JsonValue], into: Sink) -> Relayed:
        ceiling = self._client.raw_ceiling(entry.provider, asked, content) or 0.0
        await self._purse.reserve(ceiling)
        try:
            with self._purse.settling(ceiling):
                answer = await self._client.relay(entry.provider, asked, content, into)
        except CallError:
            self._purse.spent.errors += 1
            raise
        self._purse.pay(answer.cost_usd, likely_usd=answer.likely_usd or 0.0)
        return answer
