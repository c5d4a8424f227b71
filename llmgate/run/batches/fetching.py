"""Batches that were sent, by this run or an earlier one → the answers of their trials, journaled as they are read."""

from __future__ import annotations

from collections.abc import Mapping

from llmgate.errors import CallError, CallRefused
from llmgate.providers.batches.dialect import Sought
from llmgate.run.batches.accounts import Means
from llmgate.run.batches.door import Reply
from llmgate.store import Batch, Item, Stage
from llmgate.trial import Call

LISTED_AFTER_S = 120.0
"""When a batch that was created stands in the provider's list, at the latest."""


GONE_STATUSES = frozenset({404, 410})


class Fetching:
    """Takes batches as far as they go. `stuck` are the tokens of those of which this run will not hear any more."""

    def __init__(self, means: Means) -> None:
        self.stuck: set[str] = set()
        self._told: dict[str, str] = {}
        self._batches, self._store, self._accounts = means.batches, means.store, means.accounts
        self._clock, self._tell = means.clock, means.tell

    async def advance(self, batch: Batch) -> None:
        """Take a batch as far as it goes now. What cannot be told now is asked again at the next look."""
        if not self._batches.knows(batch.provider):
            self._lose(batch, f"the provider {batch.provider!r} is no longer one that is asked for batches")
            return
        try:
            match batch.stage:
                case Stage.MADE | Stage.OVER:  # the run that made it ended before it was sent
                    self._forget(batch)
                case Stage.SENT:
                    await self._look_for(batch)
                case Stage.KNOWN:
                    await self._fetch(batch)
        except CallError as error:
            self._failed(batch, error)

    def _failed(self, batch: Batch, error: CallError) -> None:
        """Tell what failed. Answers are paid for, so only what is gone is lost: with another key they may yet come."""
        if not isinstance(error, CallRefused) or (error.status in GONE_STATUSES and self._is_new(batch)):
            self._say(batch, f"is asked for again later: {error.message}")
        elif error.status is None or error.status in GONE_STATUSES:
            self._lose(batch, error.told)
        else:
            self.stuck.add(batch.token)
            self._say(batch, f"cannot be asked for: {error.told}")

    def _is_new(self, batch: Batch) -> bool:
        return self._clock.now() - batch.sent_at <= LISTED_AFTER_S

    def _say(self, batch: Batch, text: str) -> None:
        """Tell each thing once, however often a batch is looked at."""
        if self._told.get(batch.token) != text:
            self._told[batch.token] = text
            self._tell(f"batch {batch.remote or batch.token} {text}")

    async def _look_for(self, batch: Batch) -> None:
        """Find a batch that may have been created; one that is in no list after a while was not, and is forgotten."""
        sought = Sought(
            token=batch.token,
            file=batch.file,
            count=len(self._store.batches.items(batch)),
            sent_at=batch.sent_at,
            known=self._store.batches.remotes(),
        )
        if (remote := await self._batches.find(batch.provider, sought)) is not None:
            await self._fetch(self._store.batches.note(batch, stage=Stage.KNOWN, remote=remote))
        elif not self._is_new(batch):
            self._forget(batch)

    async def _fetch(self, batch: Batch) -> None:
        state = await self._batches.state(batch.provider, batch.remote or "")
        if not state.over:
            return
        items = self._store.batches.items(batch)
        async for reply in self._batches.results(batch.provider, batch.model, state):
            if (item := _item(reply.custom_id, batch.token, items)) is not None:
                await self._take(item, batch, reply)
        self._lose(batch, f"its batch is {state.word}, and has no result of it")

    async def _take(self, item: Item, batch: Batch, reply: Reply) -> None:
        if reply.completion is None:
            self._accounts.give_up(item, reply.error)
            return
        call = Call(
            step=0,
            model=batch.model,
            completion=reply.completion,
            cost_usd=reply.cost_usd,
            latency_s=0.0,
            attempts=1,
        )
        await self._accounts.answer(item, call, self._clock.now())

    def _lose(self, batch: Batch, why: str) -> None:
        """Have nothing more of a batch: what it left open has no answer."""
        for item in self._accounts.open_in(batch):
            self._accounts.give_up(item, why)
        self._store.batches.note(batch, stage=Stage.OVER)

    def _forget(self, batch: Batch) -> None:
        """Have nothing of a batch that was not created: its trials can be sent anew."""
        for item in self._accounts.open_in(batch):
            self._accounts.take_back(item)
        self._store.batches.note(batch, stage=Stage.OVER)


def _item(custom_id: str, token: str, items: Mapping[int, Item]) -> Item | None:
    """Find a result's trial by its name; whatever else stands in a file of results is nobody's."""
    own, _, place = custom_id.rpartition("-")
    is_place = place.isascii() and place.isdigit() and len(place) < 9
    return items.get(int(place)) if own == token and is_place else None
