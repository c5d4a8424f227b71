"""What was paid for, kept in SQLite: finished calls (the journal), outcomes (the baseline), and ledgers.

Every finished call is written and committed before anybody uses it, so that a killed run pays for nothing twice.
An *experiment* is one head judged against one base; a *ledger* is one way of deciding it (suite and rules included).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from llmgate.errors import NotEvaluated, UsageError
from llmgate.trial import Call, Completion, Trial

SCHEMA_VERSION = 1
APPLICATION_ID = 0x6C6C6D67  # "llmg", https://www.sqlite.org/pragma.html#pragma_application_id
BUSY_TIMEOUT_S = 30
SAMPLES_KEPT = 20
"""Samples kept per baseline key (the newest)."""

_SCHEMA = """
CREATE TABLE call (
  experiment TEXT, fixture TEXT, arm TEXT, trial INTEGER, step INTEGER, request TEXT,
  model TEXT NOT NULL, completion TEXT NOT NULL, cost_usd REAL, latency_s REAL NOT NULL, attempts INTEGER NOT NULL,
  finished_at REAL NOT NULL,
  PRIMARY KEY (experiment, fixture, arm, trial, step, request)
) WITHOUT ROWID;
CREATE TABLE void (
  experiment TEXT, fixture TEXT, trial INTEGER, PRIMARY KEY (experiment, fixture, trial)
) WITHOUT ROWID;
CREATE TABLE sample (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, experiment TEXT NOT NULL, trial TEXT NOT NULL, passed INTEGER NOT NULL,
  commit_sha TEXT NOT NULL, finished_at REAL NOT NULL, UNIQUE (key, experiment, trial)
);
CREATE TABLE ledger (id TEXT PRIMARY KEY, experiment TEXT NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE judged (
  subject TEXT, head TEXT, base TEXT, verdict TEXT NOT NULL, summary TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (subject, head, base)
) WITHOUT ROWID;
"""

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

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file.

        Raises:
            UsageError: where the file is not a store of this version, or cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise _unusable(path, error) from error
        try:
            _migrate(connection, path)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise _unusable(path, error) from error
            raise
        return cls(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def finished(self, experiment: str, trial: Trial, step: int, request: str) -> Finished | None:
        """Find the call that was already paid for, or None."""
        key = (experiment, trial.fixture, trial.arm, trial.index, step, request)
        rows = self._execute(
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
            self._execute(
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
        written = self._execute(
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
        self._execute("INSERT OR IGNORE INTO void VALUES (?, ?, ?)", (experiment, fixture, index))

    def voids(self, experiment: str) -> frozenset[tuple[str, int]]:
        rows = self._execute("SELECT fixture, trial FROM void WHERE experiment = ?", (experiment,))
        return frozenset((fixture, trial) for fixture, trial in rows)

    def keep(self, key: str, experiment: str, trial: Trial, sample: Sample) -> None:
        """Add an outcome to the baseline of `key`, once for a trial, and drop the oldest beyond SAMPLES_KEPT."""
        name = f"{trial.fixture}/{trial.arm}/{trial.index}"
        with self._transaction():
            self._execute(
                "INSERT OR IGNORE INTO sample (key, experiment, trial, passed, commit_sha, finished_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (key, experiment, name, sample.passed, sample.commit, sample.finished_at),
            )
            self._execute(
                "DELETE FROM sample WHERE key = ? AND id NOT IN"
                " (SELECT id FROM sample WHERE key = ? ORDER BY finished_at DESC, id DESC LIMIT ?)",
                (key, key, SAMPLES_KEPT),
            )

    def samples(self, key: str, *, besides: str, since: float) -> tuple[Sample, ...]:
        """The baseline of `key`, newest first, without the outcomes of the experiment that asks."""
        rows = self._execute(
            "SELECT passed, commit_sha, finished_at FROM sample WHERE key = ? AND experiment != ? AND finished_at >= ?"
            " ORDER BY finished_at DESC, id DESC",
            (key, besides, since),
        )
        return tuple(Sample(passed=bool(passed), commit=commit, finished_at=at) for passed, commit, at in rows)

    def ledger(self, identifier: str) -> dict[str, Any] | None:
        rows = self._execute("SELECT state FROM ledger WHERE id = ?", (identifier,))
        try:
            return dict(json.loads(rows[0][0])) if rows else None
        except (ValueError, TypeError) as error:
            raise NotEvaluated("the store's ledger is damaged", remedy="move the store away: it starts anew") from error

    def freeze(self, identifier: str, experiment: str, state: Mapping[str, Any]) -> None:
        """Write a ledger's fixed part once; what is written stays."""
        self._execute(
            "INSERT OR IGNORE INTO ledger VALUES (?, ?, ?)", (identifier, experiment, json.dumps(state, sort_keys=True))
        )

    def judge(self, subject: str, base: str, judged: Judged, at: float) -> None:
        """Remember a verdict, for the history of a pull request."""
        self._execute(
            "INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?, ?, ?)",
            (subject, judged.head, base, judged.verdict, judged.summary, at),
        )

    def earlier(self, subject: str, *, besides: str) -> tuple[Judged, ...]:
        """Verdicts on the other heads of the same pull request, oldest first."""
        rows: Iterable[tuple[str, str, str]] = self._execute(
            "SELECT head, verdict, summary FROM judged WHERE subject = ? AND head != ? ORDER BY at", (subject, besides)
        )
        return tuple(Judged(head=head, verdict=verdict, summary=summary) for head, verdict, summary in rows)

    def _execute(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and fetch all of its rows.

        Raises:
            NotEvaluated: where the file can no longer be read or written, as with a full disk.
        """
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise NotEvaluated(
                f"the store failed: {error}",
                remedy="make room on its disk and run it again; if it is damaged, move it away",
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")


def _unusable(path: Path, error: Exception) -> UsageError:
    return UsageError(f"the store {path} cannot be used: {error}", remedy="move it away, or name another with --store")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Write the tables into an empty file; leave any other file as it was."""
    connection.execute("BEGIN IMMEDIATE")
    if _is_empty(connection):
        for statement in _SCHEMA.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise UsageError(
            f"the file {path} is another program's database", remedy="name another with --store; it was left as it was"
        )
    if (version := _pragma(connection, "user_version")) != SCHEMA_VERSION:
        raise UsageError(
            f"the store {path} has format {version}; this llmgate writes format {SCHEMA_VERSION}",
            remedy="use the llmgate that wrote it, or name another with --store",
        )
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")  # a file that cannot be written says so here


def _is_empty(connection: sqlite3.Connection) -> bool:
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return not objects and not _pragma(connection, "user_version") and not _pragma(connection, "application_id")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def experiment(base: str, head: str) -> str:
    """Name the experiment that judges `head` against `base` (commit shas)."""
    return f"{base}..{head}"
