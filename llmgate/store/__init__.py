"""What was paid for, kept in SQLite: calls, exchanges and vectors (the journal), outcomes (the baseline), and ledgers.

Every finished call is written and committed before anybody uses it, so that a killed run pays for nothing twice.
An *experiment* is one head judged against one base; a *ledger* is one way of deciding it (suite and rules included).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from llmgate.errors import NotEvaluated
from llmgate.store.batches import Batch, Batches, Item, Stage
from llmgate.store.exchanges import Exchange, Exchanges, Occurrence
from llmgate.store.file import SCHEMA_VERSION, File
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
    """One SQLite file. Every write is committed at once; readers of other processes are waited for."""

    def __init__(self, file: File) -> None:
        self._file = file
        self.vectors = Vectors(file)
        self.batches = Batches(file)
        self.exchanges = Exchanges(file)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file.

        Raises:
            UsageError: where the file is not a store, is one of a later version, or cannot be written.
        """
        return cls(File.open(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def finished(self, experiment: str, trial: Trial, step: int, request: str) -> Finished | None:
        """Find the call that was already paid for, or None."""
        key = (experiment, trial.fixture, trial.arm, trial.index, step, request)
        rows = self._file.execute(
            "SELECT model, completion, cost_usd, latency_s, attempts, finished_at FROM call"
            " WHERE (experiment, fixture, arm, trial, step, request) = (?, ?, ?, ?, ?, ?)",
            key,
        )
        if not rows:
            return None
        model, completion, cost, latency, attempts, finished_at = rows[0]
        try:
            answer = _COMPLETION.validate_json(completion)
        except ValidationError:  # a torn row: forget it, so that the call that replaces it can be kept
            self._file.execute(
                "DELETE FROM call WHERE (experiment, fixture, arm, trial, step, request) = (?, ?, ?, ?, ?, ?)", key
            )
            return None
        call = Call(
            step=step,
            model=model,
            completion=answer,
            cost_usd=cost,
            latency_s=latency,
            attempts=attempts,
            reused=True,
        )
        return Finished(call=call, finished_at=finished_at)

    def record(self, experiment: str, trial: Trial, request: str, call: Call, finished_at: float) -> Finished:
        """Journal a finished call; return what the journal holds, which is another run's answer if that was first."""
        written = self._file.execute(
            "INSERT OR IGNORE INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING step",
            (
                *(experiment, trial.fixture, trial.arm, trial.index, call.step, request),
                *(call.model, _COMPLETION.dump_json(call.completion).decode(), call.cost_usd, call.latency_s),
                *(call.attempts, finished_at),
            ),
        )
        earlier = None if written else self.finished(experiment, trial, call.step, request)
        return earlier or Finished(call=call, finished_at=finished_at)

    def void(self, experiment: str, fixture: str, index: int) -> None:
        """Mark a pair as unusable for good: one half is missing, or its halves are too far apart in time."""
        self._file.execute("INSERT OR IGNORE INTO void VALUES (?, ?, ?)", (experiment, fixture, index))

    def voids(self, experiment: str) -> frozenset[tuple[str, int]]:
        rows = self._file.execute("SELECT fixture, trial FROM void WHERE experiment = ?", (experiment,))
        return frozenset((fixture, trial) for fixture, trial in rows)

    def keep(self, key: str, experiment: str, trial: Trial, sample: Sample) -> None:
        """Add an outcome to the baseline of `key`, once for a trial, and drop the oldest beyond SAMPLES_KEPT."""
        name = f"{trial.fixture}/{trial.arm}/{trial.index}"
        with self._file.transaction():
            self._file.execute(
                "INSERT OR IGNORE INTO sample (key, experiment, trial, passed, commit_sha, finished_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (key, experiment, name, sample.passed, sample.commit, sample.finished_at),
            )
            self._file.execute(
                "DELETE FROM sample WHERE key = ? AND id NOT IN"
                " (SELECT id FROM sample WHERE key = ? ORDER BY finished_at DESC, id DESC LIMIT ?)",
                (key, key, SAMPLES_KEPT),
            )

    def samples(self, key: str, *, besides: str, since: float) -> tuple[Sample, ...]:
        """The baseline of `key`, newest first, without the outcomes of the experiment that asks."""
        rows = self._file.execute(
            "SELECT passed, commit_sha, finished_at FROM sample WHERE key = ? AND experiment != ? AND finished_at >= ?"
            " ORDER BY finished_at DESC, id DESC",
            (key, besides, since),
        )
        return tuple(Sample(passed=bool(passed), commit=commit, finished_at=at) for passed, commit, at in rows)

    def ledger(self, identifier: str) -> dict[str, Any] | None:
        rows = self._file.execute("SELECT state FROM ledger WHERE id = ?", (identifier,))
        try:
            return dict(json.loads(rows[0][0])) if rows else None
        except (ValueError, TypeError) as error:
            raise NotEvaluated("the store's ledger is damaged", remedy="move the store away: it starts anew") from error

    def freeze(self, identifier: str, experiment: str, state: Mapping[str, Any]) -> None:
        """Write a ledger's fixed part once; what is written stays."""
        self._file.execute(
            "INSERT OR IGNORE INTO ledger VALUES (?, ?, ?)", (identifier, experiment, json.dumps(state, sort_keys=True))
        )

    def judge(self, subject: str, base: str, judged: Judged, at: float) -> None:
        """Remember a verdict, for the history of a pull request."""
        self._file.execute(
            "INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?, ?, ?)",
            (subject, judged.head, base, judged.verdict, judged.summary, at),
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
