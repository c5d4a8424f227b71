"""The tables of the store, as a list of what each version adds: an empty or older file → one of this version."""

from __future__ import annotations

import sqlite3

from llmgate.store.seals import checksum

VERSIONS = (
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
    """
ALTER TABLE call ADD COLUMN seal INTEGER;
UPDATE call SET seal = seal(experiment, fixture, arm, trial, step, request, model, completion, cost_usd, latency_s,
  attempts, finished_at);
ALTER TABLE void ADD COLUMN seal INTEGER;
UPDATE void SET seal = seal(experiment, fixture, trial);
ALTER TABLE sample ADD COLUMN seal INTEGER;
UPDATE sample SET seal = seal(key, experiment, trial, passed, commit_sha, finished_at);
ALTER TABLE ledger ADD COLUMN seal INTEGER;
UPDATE ledger SET seal = seal(id, experiment, state);
ALTER TABLE vector ADD COLUMN seal INTEGER;
UPDATE vector SET seal = seal(key, numbers, served);
ALTER TABLE exchange ADD COLUMN seal INTEGER;
UPDATE exchange SET seal = seal(experiment, fixture, arm, trial, request, occurrence, status, content_type, body,
  operation, model, completion, cost_usd, latency_s, attempts, finished_at);
""",
    """
CREATE TABLE sealed (id INTEGER PRIMARY KEY CHECK (id = 1), name BLOB NOT NULL);
DROP TABLE sample;
CREATE TABLE sample (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, experiment TEXT NOT NULL, trial TEXT NOT NULL, passed INTEGER NOT NULL,
  commit_sha TEXT NOT NULL, finished_at REAL NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL, seal INTEGER,
  UNIQUE (key, experiment, trial)
);
ALTER TABLE batch ADD COLUMN seal INTEGER;
UPDATE batch SET seal = seal(token, provider, model, stage, file, remote, sent_at);
ALTER TABLE batched ADD COLUMN seal INTEGER;
UPDATE batched SET seal = seal(token, place, experiment, fixture, arm, trial, request);
ALTER TABLE judged ADD COLUMN seal INTEGER;
UPDATE judged SET seal = seal(subject, head, base, verdict, summary, at);
""",
)
"""What each version adds to the one before it. What was released stays as it is."""

SCHEMA_VERSION = len(VERSIONS)
FIRST_KEYED = 5
"""The first version whose files can say that they are sealed with a key."""
FIRST = frozenset({"call", "void", "sample", "ledger", "judged"})
"""The tables that every version has."""


def bring_up(connection: sqlite3.Connection, version: int) -> None:
    """Add what a file of `version` lacks. Its rows are sealed as they are, without a key."""
    connection.create_function("seal", -1, checksum, deterministic=True)
    for added in VERSIONS[version:]:
        for statement in added.split(";\n"):
            connection.execute(statement)


def names(connection: sqlite3.Connection) -> frozenset[str]:
    return frozenset(name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def are_whole(connection: sqlite3.Connection) -> bool:
    """Tell whether a file has just what this version has: no table less, and no trigger, view or check more."""
    with sqlite3.connect(":memory:") as fresh:
        bring_up(fresh, 0)
        wanted = _made(fresh)
    fresh.close()
    return _made(connection) == wanted


def _made(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """List all that was made in a file. No name is left out: a file that was not made by SQLite may have any."""
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
