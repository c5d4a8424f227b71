"""What was paid for, kept in SQLite: calls, exchanges and vectors (the journal), outcomes (the baseline), and ledgers.

Every finished call is on the disk before anybody uses it, so that a killed run pays for nothing twice; every row that
could change a verdict has a seal, and one that is no longer what was written is forgotten and drawn anew.
An *experiment* is one head judged against one base; a *ledger* is one way of deciding it (suite and rules included).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from llmgate.errors import NotEvaluated
from llmgate.store import leases
from llmgate.store.answers import Answers
from llmgate.store.baselines import SAMPLES_KEPT, Baselines, Sample
from llmgate.store.batches import Batch, Batches, Item, Stage
from llmgate.store.costs import Costs
from llmgate.store.drawers import Drawer
from llmgate.store.exchanges import Exchange, Exchanges, Occurrence
from llmgate.store.file import File
from llmgate.store.journal import Write
from llmgate.store.seals import Seals
from llmgate.store.tables import SCHEMA_VERSION
from llmgate.store.vectors import Kept, Vectors
from llmgate.trial import Call, Completion, Trial

__all__ = [
    "SAMPLES_KEPT",
    "SCHEMA_VERSION",
    "Batch",
    "Drawer",
    "Exchange",
    "Finished",
    "Item",
    "Judged",
    "Kept",
    "Occurrence",
    "Sample",
    "Seals",
    "Stage",
    "Store",
    "experiment",
]

UNSIGNED = Seals()

_COMPLETION: TypeAdapter[Completion] = TypeAdapter(Completion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A journaled call, with the time at which it ended (seconds since 1970)."""

    call: Call
    finished_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An earlier verdict on the same pull request."""

    head: str
    verdict: str
    summary: str


class Store:
    """One SQLite file. What it awaits is committed when it returns; other processes that write are waited for."""

    def __init__(self, file: File) -> None:
        self._file = file
        self.baselines = Baselines(file)
        self.vectors = Vectors(file)
        self.batches = Batches(file)
        self.costs = Costs(file)
        self.exchanges = Exchanges(file)
        self.answers = Answers(file)

    @classmethod
    def open(cls, path: Path, seals: Seals = UNSIGNED, *, anew: bool = True) -> Self:
        """Open or create the file. A store that is damaged, or not sealed so, is set aside, and a new one begun.

        Who only looks begins none `anew`: such a store is left where it is.

        Raises:
            UsageError: where the file is not a store, is one of a later version, or cannot be written.
        """
        return cls(File.open(path, seals, anew=anew))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except NotEvaluated:
            if error is None:
                raise

    def close(self) -> None:
        """Write what is left to write.

        Raises:
            NotEvaluated: where something could not be written.
        """
        self._file.close()

    @property
    def lost(self) -> tuple[str, ...]:
        """What was found damaged since the store was opened, each kind once, and what became of it."""
        return tuple(self._file.lost)

    def leased(self, experiment: str, *, wait_s: float) -> AbstractContextManager[None]:
        """Have an experiment for oneself: wait for the run of another process that is at it.

        Raises:
            NotEvaluated: where that takes longer.
        """
        return leases.leased(self._file.path, experiment, wait_s=wait_s)

    def settle(self) -> None:
        """Wait for what is being written.

        Raises:
            NotEvaluated: where it could not be.
        """
        self._file.journal.settle()

    def finished(self, experiment: str, trial: Trial, step: int, request: str) -> Finished | None:
        """Find the call that was already paid for, or None. A damaged one is forgotten, and None."""
        key = _key(experiment, trial, step, request)
        rows = self._file.execute(
            "SELECT model, completion, cost_usd, latency_s, attempts, finished_at, seal FROM call"
            " WHERE (experiment, fixture, arm, trial, step, request) = (?, ?, ?, ?, ?, ?)",
            key,
        )
        if not rows:
            return None
        try:
            if not self._file.seals.fit("call", rows[0], key):
                raise ValueError("its seal does not fit")  # noqa: TRY301 - one way for all that is torn
            return _read(rows[0], step)
        except (ValidationError, ValueError):
            self._file.forget(
                "calls were damaged: they are made anew",
                "DELETE FROM call WHERE (experiment, fixture, arm, trial, step, request) = (?, ?, ?, ?, ?, ?)",
                key,
            )
            return None

    async def record(self, experiment: str, trial: Trial, request: str, call: Call, finished_at: float) -> Finished:
        """Journal a finished call; return what the journal holds, which is another run's answer if that was first."""
        row = (
            *_key(experiment, trial, call.step, request),
            *(call.model, _COMPLETION.dump_json(call.completion).decode(), call.cost_usd, call.latency_s),
            *(call.attempts, finished_at),
        )
        statement = "INSERT OR IGNORE INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING step"
        write = Write(statement=statement, values=(*row, self._file.seals.seal("call", *row)))
        await self._file.journal.write(write)
        earlier = None if write.returned else self.finished(experiment, trial, call.step, request)
        return earlier or Finished(call=call, finished_at=finished_at)

    def void(self, experiment: str, fixture: str, index: int) -> None:
        """Mark a pair as unusable for good: one half is missing, or its halves are too far apart in time."""
        row = (experiment, fixture, index)
        self._write("INSERT OR REPLACE INTO void VALUES (?, ?, ?, ?)", "void", row)

    def voids(self, experiment: str) -> frozenset[tuple[str, int]]:
        rows = self._file.execute(
            "SELECT experiment, fixture, trial, seal FROM void WHERE experiment = ?", (experiment,)
        )
        return frozenset((row[1], row[2]) for row in rows if self._file.seals.fit("void", row))

    def ledger(self, identifier: str, experiment: str) -> dict[str, Any] | None:
        """Find what a ledger froze, or None. Where one is damaged, nothing of its experiment is used any more."""
        rows = self._file.execute(
            "SELECT id, experiment, state, seal FROM ledger WHERE id = ? OR experiment = ?", (identifier, experiment)
        )
        if not all(self._file.seals.fit("ledger", row) for row in rows):
            self._begin_anew(identifier, experiment)
            return None
        return next((dict(json.loads(state)) for id_, _, state, _ in rows if id_ == identifier), None)

    def freeze(self, identifier: str, experiment: str, state: Mapping[str, Any]) -> None:
        """Write a ledger's fixed part once; what is written stays."""
        row = (identifier, experiment, json.dumps(state, sort_keys=True))
        self._write("INSERT OR IGNORE INTO ledger VALUES (?, ?, ?, ?)", "ledger", row)

    def _begin_anew(self, identifier: str, experiment: str) -> None:
        """Forget an experiment: samples that were seen under other rules than are known are no evidence."""
        self._file.journal.write_now(
            Write(statement="DELETE FROM ledger WHERE id = ? OR experiment = ?", values=(identifier, experiment)),
            *(
                Write(statement=f"DELETE FROM {table} WHERE experiment = ?", values=(experiment,))  # noqa: S608 - ours
                for table in ("call", "exchange", "void")
            ),
        )
        self._file.tell("the ledger of this change was damaged: its evidence is drawn anew")

    def judge(self, subject: str, base: str, judged: Judged, at: float) -> None:
        """Remember a verdict, for the history of a pull request."""
        row = (subject, judged.head, base, judged.verdict, judged.summary, at)
        self._write("INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?, ?, ?, ?)", "judged", row)

    def earlier(self, subject: str, *, besides: str) -> tuple[Judged, ...]:
        """Verdicts on the other heads of the same pull request, oldest first. Damaged ones are left out."""
        rows = self._file.execute(
            "SELECT subject, head, base, verdict, summary, at, seal FROM judged WHERE subject = ? AND head != ?"
            " ORDER BY at",
            (subject, besides),
        )
        return tuple(
            Judged(head=row[1], verdict=row[3], summary=row[4]) for row in rows if self._file.seals.fit("judged", row)
        )

    def _write(self, statement: str, table: str, row: tuple[Any, ...]) -> None:
        """Commit a row with its seal."""
        self._file.journal.write_now(Write(statement=statement, values=(*row, self._file.seals.seal(table, *row))))


def experiment(base: str, head: str) -> str:
    """Name the experiment that judges `head` against `base` (commit shas)."""
    return f"{base}..{head}"


def _key(experiment: str, trial: Trial, step: int, request: str) -> tuple[Any, ...]:
    return (experiment, trial.fixture, trial.arm, trial.index, step, request)


def _read(row: tuple[Any, ...], step: int) -> Finished:
    model, completion, cost, latency, attempts, finished_at, _ = row
    call = Call(
        step=step,
        model=model,
        completion=_COMPLETION.validate_json(completion),
        cost_usd=cost,
        latency_s=latency,
        attempts=attempts,
        reused=True,
    )
    return Finished(call=call, finished_at=finished_at)
