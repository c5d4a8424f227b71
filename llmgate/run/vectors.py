"""A trace and its fixture → the trace with the embeddings of the texts that its assertions compare.

A vector is a function of text, model and parameters. Embedding is grading and not sampling, so one vector serves every
trial, arm and run that asks for it: it is journaled by its content, and neither paid for nor asked for twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from llmgate import embedding, grade
from llmgate.assertions import embedded
from llmgate.config import ModelEntry
from llmgate.errors import CallError
from llmgate.fixture import Fixture
from llmgate.purse import Purse
from llmgate.run.calls import Client
from llmgate.store import Kept, Store
from llmgate.trial import Embedding, Served, Trace


class Vectors:
    """The way to the embedder, past the journal and the purse."""

    def __init__(self, *, embedder: ModelEntry, origin: str, client: Client, store: Store, purse: Purse) -> None:
        self._embedder = embedder
        self._origin = origin
        self._client = client
        self._store = store
        self._purse = purse
        self._asked: dict[str, asyncio.Future[Embedding | None]] = {}

    async def on(self, trace: Trace, fixture: Fixture) -> Trace:
        """Embed what the fixture's assertions compare; the output alone, as only it can be too long for the embedder.

        Raises:
            BudgetExhausted: where that could exceed what is left.
        """
        texts = embedded.texts(fixture.assertions, grade.subject(trace, fixture))
        if not texts:
            return trace
        values = await self._of(text for text in texts if text != trace.output)
        self._purse.spent.reused += self._found(embedding.key(trace.output, self._embedder, self._origin)) is not None
        return replace(trace, vectors={**values, **await self._of([trace.output])})

    async def _of(self, texts: Iterable[str]) -> Mapping[str, Embedding]:
        """Find vectors in the journal, ask for those that nobody asks for, and wait for what others are asking for."""
        made: dict[str, Embedding] = {}
        missing: dict[str, str] = {}
        awaited: dict[str, asyncio.Future[Embedding | None]] = {}
        for text in texts:
            key = embedding.key(text, self._embedder, self._origin)
            if (found := self._found(key)) is not None:
                made[text] = found
            elif key in self._asked:
                awaited[text] = self._asked[key]
            else:
                missing[text] = key
        made |= await self._made(missing)
        for text, answer in awaited.items():
            made |= await self._of([text]) if (one := await answer) is None else {text: one}
        return made

    async def _made(self, missing: Mapping[str, str]) -> dict[str, Embedding]:
        """Ask for vectors. What comes of it, be it an error, holds for all who wait; an end of the budget does not."""
        loop = asyncio.get_running_loop()
        answers = {text: loop.create_future() for text in missing}
        self._asked |= {key: answers[text] for text, key in missing.items()}
        made: dict[str, Embedding] = {}
        try:
            for texts in _batches(tuple(missing)):
                made |= await self._batch({text: missing[text] for text in texts})
        finally:
            for text, key in missing.items():
                del self._asked[key]
                if not answers[text].done():
                    answers[text].set_result(made.get(text))
        return made

    async def _batch(self, missing: Mapping[str, str]) -> dict[str, Embedding]:
        request = embedding.request(tuple(missing), self._embedder)
        ceiling = self._client.ceiling(request) or 0.0
        await self._purse.reserve(ceiling)
        try:
            with self._purse.settling(ceiling):
                answer = await self._client.embed(request)
        except CallError as error:
            self._purse.spent.errors += 1
            return dict.fromkeys(missing, Embedding(error=error.message))
        self._purse.pay(answer.cost_usd)
        served = answer.embeddings.served_model
        pairs = zip(missing.values(), answer.embeddings.vectors, strict=True)
        await self._store.vectors.keep((key, Kept(vector=vector, served_model=served)) for key, vector in pairs)
        return {text: self._found(key) or Embedding(error="its vector was not kept") for text, key in missing.items()}

    def _found(self, key: str) -> Embedding | None:
        if (kept := self._store.vectors.find(key)) is None:
            return None
        model, provider = self._embedder.model, self._embedder.provider
        served = Served(provider=provider, asked=model, answered=kept.served_model) if kept.served_model else None
        return Embedding(vector=kept.vector, served=served)


def _batches(texts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(texts), embedding.BATCH):
        yield texts[start : start + embedding.BATCH]
