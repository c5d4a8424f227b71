"""Batches that were sent to providers, journaled before they are sent: a killed run finds them and what is in them.

A row says how far its batch has come, as far as is known here: `made` before anything that costs is sent, `sent` from
just before that until the provider's id is known, then `known`, and `over` when there is nothing more to have from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from llmgate.store.file import File
from llmgate.store.journal import Write
from llmgate.trial import Arm, Trial

_FIND = "SELECT token, provider, model, stage, file, remote, sent_at, seal FROM batch"


class Stage(StrEnum):
    """How far a batch has come."""

    MADE = "made"
    SENT = "sent"
    KNOWN = "known"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One request of a batch: whose it is. `request` is the digest under which its answer is journaled."""

    experiment: str
    trial: Trial
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch of requests to one model. `token` names it, `remote` is the provider's id and `file` that of its file."""

    token: str
    provider: str
    model: str
    stage: Stage = Stage.MADE
    file: str | None = None
    remote: str | None = None
    sent_at: float = 0.0


class Batches:
    """The store's tables of batches and of what is in them."""

    def __init__(self, file: File) -> None:
        self._file = file

    def make(self, batch: Batch, items: Iterable[Item]) -> None:
        """Write a new batch down, all of it or nothing."""
        statement = "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        writes = [Write(statement=statement, values=self._sealed("batch", _row(batch)))]
        for place, item in enumerate(items):
            trial = item.trial
            values = (batch.token, place, item.experiment, trial.fixture, trial.arm, trial.index, item.request)
            statement = "INSERT INTO batched VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            writes.append(Write(statement=statement, values=self._sealed("batched", values)))
        self._file.journal.write_now(*writes)

    def note(self, batch: Batch, **changed: Any) -> Batch:
        """Write down what became of a batch; return it as it is now."""
        now = replace(batch, **changed)
        token, *rest = self._sealed("batch", _row(now))
        statement = (
            "UPDATE batch SET (provider, model, stage, file, remote, sent_at, seal) = (?, ?, ?, ?, ?, ?, ?)"
            " WHERE token = ?"
        )
        self._file.journal.write_now(Write(statement=statement, values=(*rest, token)))
        return now

    def send(self, batch: Batch, *, file: str | None, at: float) -> Batch | None:
        """Mark a batch as about to be created; None where another run has forgotten it meanwhile."""
        sent = replace(batch, stage=Stage.SENT, file=file, sent_at=at)
        statement = (
            "UPDATE batch SET (stage, file, sent_at, seal) = (?, ?, ?, ?) WHERE (token, stage) = (?, ?) RETURNING 1"
        )
        seal = self._sealed("batch", _row(sent))[-1]
        marked = Write(statement=statement, values=(Stage.SENT, file, at, seal, batch.token, Stage.MADE))
        self._file.journal.write_now(marked)
        return sent if marked.returned else None

    def open(self) -> tuple[Batch, ...]:
        """List the batches of which something may yet come, oldest first. A damaged one is forgotten."""
        rows = self._file.execute(f"{_FIND} WHERE stage != ? ORDER BY rowid", (Stage.OVER,))
        return tuple(_read(row) for row in self._whole("batch", rows))

    def remotes(self) -> frozenset[str]:
        """Return the providers' ids of all batches that were ever known."""
        return frozenset(remote for (remote,) in self._file.execute("SELECT remote FROM batch") if remote)

    def items(self, batch: Batch) -> Mapping[int, Item]:
        """Return what is in a batch, by its place."""
        rows = self._file.execute(
            "SELECT token, place, experiment, fixture, arm, trial, request, seal FROM batched WHERE token = ?",
            (batch.token,),
        )
        return {
            place: Item(experiment=experiment, trial=Trial(fixture=fixture, arm=Arm(arm), index=index), request=request)
            for _, place, experiment, fixture, arm, index, request, _ in self._whole("batched", rows)
        }

    def _sealed(self, table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*row, self._file.seals.seal(table, *row))

    def _whole(self, table: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Leave out what is damaged, with all of its batch."""
        for row in rows:
            if self._file.seals.fit(table, row):
                yield row
            else:
                told = "batches were damaged: what they were to answer is asked again"
                self._file.forget(told, "DELETE FROM batch WHERE token = ?", row[:1])


def _row(batch: Batch) -> tuple[Any, ...]:
    return (batch.token, batch.provider, batch.model, batch.stage, batch.file, batch.remote, batch.sent_at)


def _read(row: tuple[Any, ...]) -> Batch:
    token, provider, model, stage, file, remote, sent_at, _ = row
    return Batch(
        token=token,
        provider=provider,
        model=model,
        stage=Stage(stage),
        file=file,
        remote=remote,
        sent_at=sent_at,
    )
