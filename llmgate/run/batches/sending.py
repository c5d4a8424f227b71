"""What is wanted → batches at the providers, as far as the budget reaches, each written down before it is sent."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from llmgate.errors import BudgetExhausted, CallError, CallLost, CallRefused
from llmgate.providers.batches.dialect import Entry
from llmgate.providers.batches.wire import NotNowError
from llmgate.run.batches.accounts import Means
from llmgate.run.work import Work
from llmgate.store import Batch, Item, Stage
from llmgate.targets import prompt
from llmgate.trial import Request

MAX_BATCH_BYTES = 32 * 1024 * 1024
MAX_FAILURES = 4
"""Batches in a row that could not be created for the time being, before no more are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One trial's only request, ready for a batch."""

    item: Item
    request: Request
    seed: int | None

    @classmethod
    def of(cls, work: Work, experiment: str) -> Self:
        request = prompt.opening(work.request)
        digest = prompt.digest(request, seed=work.seed)
        item = Item(experiment=experiment, trial=work.trial, request=digest)
        return cls(item=item, request=request, seed=work.seed)

    def entry(self, custom_id: str) -> Entry:
        return Entry(custom_id=custom_id, request=self.request, seed=self.seed)


class Sending:
    """Makes batches, one model each."""

    def __init__(self, means: Means) -> None:
        self.will_try_again = False
        self._means = means
        self._batches, self._store, self._accounts = means.batches, means.store, means.accounts
        self._failures = 0

    async def send(self, wanted: Sequence[Wanted]) -> None:
        """Send what is open and not on its way. Where a batch could not be created for now, `will_try_again`."""
        self.will_try_again = False
        if self._accounts.found.exhausted:
            return
        known = self._store.batches
        under_way = {item for batch in known.open() for item in known.items(batch).values()}
        groups: defaultdict[tuple[str, str], list[Wanted]] = defaultdict(list)
        for one in wanted:
            if one.item not in under_way and self._accounts.is_open(one.item):
                groups[one.request.provider, one.request.model].append(one)
        for (provider, model), found in sorted(groups.items()):
            for part in self._parts(provider, found):
                await self._submit(Batch(token=self._token(part), provider=provider, model=model), part)

    def _parts(self, provider: str, wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
        """Cut into batches that are neither too many nor too large, as far as the budget reaches."""
        part: list[Wanted] = []
        size = 0
        for one in wanted:
            if (length := self._length(one)) is None:
                continue
            if part and (len(part) == self._batches.most(provider) or size + length > MAX_BATCH_BYTES):
                yield part
                part, size = [], 0
            try:
                self._accounts.advance(one.item, self._means.ceiling(one.request) or 0.0)
            except BudgetExhausted as error:
                self._accounts.found.exhausted = error.message
                break
            part.append(one)
            size += length
        if part:
            yield part

    def _length(self, one: Wanted) -> int | None:
        """Measure a request; give it up where the provider's dialect has no words for it."""
        try:
            return len(self._batches.written(one.entry("")))
        except CallRefused as error:
            self._accounts.give_up(one.item, error.told)
            return None

    async def _submit(self, batch: Batch, part: Sequence[Wanted]) -> None:
        self._store.batches.make(batch, (one.item for one in part))
        lines = [self._batches.written(one.entry(f"{batch.token}-{place}")) for place, one in enumerate(part)]
        try:
            created = await self._created(batch, lines)
        except CallError as error:
            self._not_created(batch, part, error)
            return
        self._failures = 0
        self._accounts.found.sent += len(part)
        if created.remote is not None:
            self._means.tell(
                f"{len(part)} requests to {batch.model} were sent to {batch.provider} as batch {created.remote}"
            )

    async def _created(self, batch: Batch, lines: list[bytes]) -> Batch:
        """Create a batch, or leave open whether there is one."""
        file = await self._batches.upload(batch.provider, batch.token, lines)
        if (sent := self._store.batches.send(batch, file=file, at=self._means.clock.now())) is None:
            raise NotNowError("another run of llmgate takes care of these trials", id="store-in-use")
        try:
            remote = await self._batches.create(batch.provider, batch.token, lines, file)
        except CallLost as error:
            self._means.tell(
                f"it is not known whether {batch.provider} created a batch, so it is looked for: {error.message}"
            )
            return sent
        return self._store.batches.note(sent, stage=Stage.KNOWN, remote=remote)

    def _not_created(self, batch: Batch, part: Sequence[Wanted], error: CallError) -> None:
        """Forget a batch that there is none of; what is refused for good, or too often, is not sent again."""
        self._store.batches.note(batch, stage=Stage.OVER)
        self._failures += 1
        given_up = isinstance(error, CallRefused) or self._failures >= MAX_FAILURES
        for one in part:
            self._accounts.take_back(one.item)
            if given_up:
                self._accounts.give_up(one.item, error.told)
        self.will_try_again = self.will_try_again or not given_up

    def _token(self, part: Sequence[Wanted]) -> str:
        """Name a batch by what is in it and when it was made."""
        text = "\n".join([repr(self._means.clock.now()), *(repr(one.item) for one in part)])
        return hashlib.sha256(text.encode()).hexdigest()[:32]
