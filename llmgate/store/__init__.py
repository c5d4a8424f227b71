"""What was paid for, kept in SQLite: calls, exchanges and vectors (the journal), outcomes (the baseline), and ledgers.

Every finished call is on the disk before anybody uses it, so that a killed run pays for nothing twice; every row that
could change a verdict has a seal, and one that is no longer what was written is forgotten and drawn anew.
An *experiment* is one head judged against one base; a *ledger* is one way of deciding it (suite and rules included).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from llmgate.errors import NotEvaluated
from llmgate.store.answers import Answers
from llmgate.store.batches import Batch, Batches, Item, Stage
from llmgate.store.exchanges import Exchange, Exchanges, Occurrence
from llmgate.store.file import File
from llmgate.store.journal import Write
from llmgate.store.seals import is_sealed, seal
from llmgate.store.tables import SCHEMA_VERSION
from llmgate.store.vectors import Kept, Vectors
from llmgate.trial import Call, Completion, Trial

__all__ = [
    "SAMPLES_KEPT",
    "SCHEMA_VERSION",
    "Batch",
    "Exchange",
    "Finished",
    "Item",
    "Judged",
    "Kept",
    "Occurrence",
    "Sample",
    "Stage",
    "Store",
    "experiment",
]

SAMPLES_KEPT = 20
"""Samples kept per baseline key (the newest)."""

_COMPLETION: TypeAdapter[Completion] = TypeAdapter(Completion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One stored outcome of a fixture's request, whichever run it came from. `finished_at` is in seconds since 1970."""

    passed: bool
    commit: str
    finished_at: float


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
        self.vectors = Vectors(file)
        self.batches = Batches(file)
        self.exchanges = Exchanges(file)
        self.answers = Answers(file)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file. A damaged store is set aside, and a new one begun.

        Raises:
            UsageError: where the file is not a store, is one of a later version, or cannot be written.
        """
        return cls(File.open(path))

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
            return _read(rows[0], key, step)
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
        write = Write(statement=statement, values=(*row, seal(*row)))
        await self._file.journal.write(write)
        earlier = None if write.returned else self.finished(experiment, trial, call.step, request)
        return earlier or Finished(call=call, finished_at=finished_at)

    def void(self, experiment: str, fixture: str, index: int) -> None:
        """Mark a pair as unusable for good: one half is missing, or its halves are too far apart in time."""
        row = (experiment, fixture, index)
        self._file.journal.write_now(
            Write(statement="INSERT OR REPLACE INTO void VALUES (?, ?, ?, ?)", values=(*row, seal(*row)))
        )

    def voids(self, experiment: str) -> frozenset[tuple[str, int]]:
        rows = self._file.execute(
            "SELECT experiment, fixture, trial, seal FROM void WHERE experiment = ?", (experiment,)
        )
        return frozenset((row[1], row[2]) for row in rows if is_sealed(row))

    def keep(self, key: str, experiment: str, trial: Trial, sample: Sample) -> None:
        """Add an outcome to the baseline of `key`, once for a trial, and drop the oldest beyond SAMPLES_KEPT.

        It is written with the next call that is journaled: a run that is killed before finds it again with its call.
        """
        name = f"{trial.fixture}/{trial.arm}/{trial.index}"
        row = (key, experiment, name, sample.passed, sample.commit, sample.finished_at)
        self._file.journal.ride(
            Write(
                statement="INSERT OR IGNORE INTO sample (key, experiment, trial, passed, commit_sha, finished_at, seal)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                values=(*row, seal(*row)),
            ),
            Write(
                statement="DELETE FROM sample WHERE key = ? AND id NOT IN"
                " (SELECT id FROM sample WHERE key = ? ORDER BY finished_at DESC, id DESC LIMIT ?)",
                values=(key, key, SAMPLES_KEPT),
            ),
        )

    def samples(self, key: str, *, besides: str, since: float, until: float = math.inf) -> tuple[Sample, ...]:
        """The baseline of `key`, newest first, without the outcomes of the experiment that asks.

        What is damaged goes, and what is from after `until`: of it nobody knows when it was drawn.
        """
        self.settle()
        rows = self._file.execute(
            "SELECT id, key, experiment, trial, passed, commit_sha, finished_at, seal FROM sample WHERE key = ?"
            " ORDER BY finished_at DESC, id DESC",
            (key,),
        )
        for row in (row for row in rows if not is_sealed(row[1:])):
            self._file.forget(
                "samples of baselines were damaged: they are left out", "DELETE FROM sample WHERE id = ?", row[:1]
            )
        if any(at > until for *_, at, _ in rows):
            statement = "DELETE FROM sample WHERE key = ? AND finished_at > ?"
            self._file.journal.write_now(Write(statement=statement, values=(key, until)))
        return tuple(
            Sample(passed=bool(passed), commit=commit, finished_at=at)
            for _, _, made_by, _, passed, commit, at, _ in (row for row in rows if is_sealed(row[1:]))
            if made_by != besides and since <= at <= until
        )

    def ledger(self, identifier: str, experiment: str) -> dict[str, Any] | None:
        """Find what a ledger froze, or None. Where one is damaged, nothing of its experiment is used any more."""
        rows = self._file.execute(
            "SELECT id, experiment, state, seal FROM ledger WHERE id = ? OR experiment = ?", (identifier, experiment)
        )
        if not all(is_sealed(row) for row in rows):
            self._begin_anew(identifier, experiment)
            return None
        return next((dict(json.loads(state)) for id_, _, state, _ in rows if id_ == identifier), None)

    def freeze(self, identifier: str, experiment: str, state: Mapping[str, Any]) -> None:
        """Write a ledger's fixed part once; what is written stays."""
        row = (identifier, experiment, json.dumps(state, sort_keys=True))
        self._file.journal.write_now(
            Write(statement="INSERT OR IGNORE INTO ledger VALUES (?, ?, ?, ?)", values=(*row, seal(*row)))
        )

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
        values = (subject, judged.head, base, judged.verdict, judged.summary, at)
        self._file.journal.write_now(
            Write(statement="INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?, ?, ?)", values=values)
        )

    def earlier(self, subject: str, *, besides: str) -> tuple[Judged, ...]:
        """Verdicts on the other heads of the same pull request, oldest first."""
        rows: Iterable[tuple[str, str, str]] = self._file.execute(
            "SELECT head, verdict, summary FROM judged WHERE subject = ? AND head != ? ORDER BY at", (subject, besides)
        )
        return tuple(Judged(head=head, verdict=verdict, summary=summary) for head, verdict, summary in rows)


def experiment(base: str, head: str) -> str:
    """Name the experiment that judges `head` against `base` (commit shas)."""
    return f"{base}..{head}"


def _key(experiment: str, trial: Trial, step: int, request: str) -> tuple[Any, ...]:
    return (experiment, trial.fixture, trial.arm, trial.index, step, request)


def _read(row: tuple[Any, ...], key: tuple[Any, ...], step: int) -> Finished:
    """Read a call.

    Raises:
        ValueError: where it is not what was written.
    """
    if not is_sealed(row, key):
        raise ValueError("its seal does not fit")
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
