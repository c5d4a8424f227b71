"""A path → an SQLite file with the tables of the store, made where it is absent and brought up where it is older."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from llmgate.errors import NotEvaluated, UsageError

APPLICATION_ID = 0x6C6C6D67  # "llmg", https://www.sqlite.org/pragma.html#pragma_application_id
BUSY_TIMEOUT_S = 30

_VERSIONS = (
    """
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
""",
    """
CREATE TABLE vector (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, numbers BLOB NOT NULL, served TEXT);
""",
    """
CREATE TABLE batch (
  token TEXT PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, stage TEXT NOT NULL, file TEXT, remote TEXT,
  sent_at REAL NOT NULL
);
CREATE TABLE batched (
  token TEXT, place INTEGER, experiment TEXT NOT NULL, fixture TEXT NOT NULL, arm TEXT NOT NULL, trial INTEGER NOT NULL,
  request TEXT NOT NULL, PRIMARY KEY (token, place)
) WITHOUT ROWID;
CREATE TABLE exchange (
  id INTEGER PRIMARY KEY, experiment TEXT NOT NULL, fixture TEXT NOT NULL, arm TEXT NOT NULL, trial INTEGER NOT NULL,
  request TEXT NOT NULL, occurrence INTEGER NOT NULL,
  status INTEGER NOT NULL, content_type TEXT NOT NULL, body BLOB NOT NULL,
  operation TEXT NOT NULL, model TEXT NOT NULL, completion TEXT NOT NULL, cost_usd REAL, latency_s REAL NOT NULL,
  attempts INTEGER NOT NULL, finished_at REAL NOT NULL,
  UNIQUE (experiment, fixture, arm, trial, request, occurrence)
);
""",
)
"""What each version adds to the one before it. What was released stays as it is."""

SCHEMA_VERSION = len(_VERSIONS)


class File:
    """One open file. Every statement is committed at once; writers of other processes are waited for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file.

        Raises:
            UsageError: where the file is not a store, is one of a later version, or cannot be written.
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

    def close(self) -> None:
        self.connection.close()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and fetch all of its rows.

        Raises:
            NotEvaluated: where the file can no longer be read or written, as with a full disk.
        """
        try:
            return self.connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise NotEvaluated(
                f"the store failed: {error}",
                remedy="make room on its disk and run it again; if it is damaged, move it away",
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")


def _unusable(path: Path, error: Exception) -> UsageError:
    return UsageError(f"the store {path} cannot be used: {error}", remedy="move it away, or name another with --store")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Write the tables that an empty or older file lacks; leave any other file as it was."""
    connection.execute("BEGIN IMMEDIATE")
    if _is_empty(connection):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    elif _pragma(connection, "application_id") != APPLICATION_ID:
        raise UsageError(
            f"the file {path} is another program's database", remedy="name another with --store; it was left as it was"
        )
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise UsageError(
            f"the store {path} has format {version}; this llmgate writes format {SCHEMA_VERSION}",
            remedy="use the llmgate that wrote it, or name another with --store",
        )
    for added in _VERSIONS[version:]:
        for statement in added.split(";\n"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")  # a file that cannot be written says so here
    connection.execute("COMMIT")


def _is_empty(connection: sqlite3.Connection) -> bool:
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return not objects and not _pragma(connection, "user_version") and not _pragma(connection, "application_id")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
