"""A path → an SQLite file with the tables of the store: made where it is absent, begun anew where it is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Self

from llmgate.errors import UsageError
from llmgate.store import ruins, tables
from llmgate.store.journal import Journal, Write, failed
from llmgate.store.ruins import APPLICATION_ID, Damaged, SealedOtherwise
from llmgate.store.seals import Seals
from llmgate.store.tables import FIRST_KEYED, SCHEMA_VERSION

BUSY_TIMEOUT_S = 30
CHECKED_BYTES = 256 * 1024 * 1024
"""Files up to this size are checked as a whole when they are opened; rows are checked in any."""


class File:
    """One open file, for reading, and its journal, for writing. Writers of other processes are waited for.

    `lost` says what was found damaged, and what became of it; `seals` is how its rows are sealed.
    """

    def __init__(self, path: Path, seals: Seals, connection: sqlite3.Connection, journal: Journal) -> None:
        self.path = path
        self.seals = seals
        self.connection = connection
        self.journal = journal
        self.lost: list[str] = []

    @classmethod
    def open(cls, path: Path, seals: Seals, *, anew: bool = True) -> Self:
        """Open or create the file. A store that is damaged, or not sealed so, is set aside, and a new one begun.

        Who only looks begins none `anew`: such a store is left where it is.

        Raises:
            UsageError: where the file is not a store, is one of a later version, or cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _check_kinds(path)
            with ruins.alone(path.parent):
                return cls._opened_or_begun(path, seals) if anew else cls._opened(path, seals)
        except Damaged as damage:
            raise _unusable(path, f"it {damage.told}") from damage
        except (sqlite3.Error, OSError, ValueError) as error:
            raise _unusable(path, error) from error

    @classmethod
    def _opened_or_begun(cls, path: Path, seals: Seals) -> Self:
        try:
            return cls._opened(path, seals)
        except Damaged as damage:
            aside = ruins.set_aside(path)
            begun = cls._opened(path, seals)
            begun.lost.append(f"the store {damage.told}: it is set aside as {aside.name}, and a new one begun")
            return begun

    @classmethod
    def _opened(cls, path: Path, seals: Seals) -> Self:
        with ExitStack() as failing:
            try:
                connection = failing.enter_context(closing(_connected(path)))
                _prepare(connection, path, seals)
                writing = failing.enter_context(closing(_connected(path)))
                _set(writing)
                made = cls(path, seals, connection, Journal(writing))
            except sqlite3.Error as error:
                failing.close()  # before the file is read: closing that would end the locks of what is open
                if ruins.is_damage(error) and ruins.was_store(path):
                    raise Damaged(str(error)) from error
                raise
            failing.pop_all()
            return made

    def close(self) -> None:
        try:
            self.journal.close()
        finally:
            self.connection.close()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and fetch all of its rows.

        Raises:
            NotEvaluated: where the file can no longer be read.
        """
        try:
            return self.connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise failed(error) from error

    def forget(self, what: str, statement: str, *each: Sequence[Any]) -> None:
        """Delete what is damaged, with a statement for each of the given values, and tell of it."""
        self.journal.write_now(*(Write(statement=statement, values=values) for values in each))
        self.tell(what)

    def tell(self, what: str) -> None:
        if what not in self.lost:
            self.lost.append(what)


def _connected(path: Path) -> sqlite3.Connection:
    """Connect. The journal's thread has a connection to itself, made here, where faults are told."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.text_factory = _text
    return connection


def _set(connection: sqlite3.Connection) -> None:
    """Have commits be on the disk before they are over, pages looked at before they are used, and no schema trusted."""
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")


def _text(raw: bytes) -> str:
    """Read text that may be damaged: its row's seal then does not fit."""
    return raw.decode("utf-8", "replace")


def _check_kinds(path: Path) -> None:
    """Refuse pipes and devices, also where SQLite keeps what belongs to a file: to open one can take for ever.

    Raises:
        UsageError: where there is one.
    """
    for part in ruins.parts(path):
        if part.exists() and not part.is_file():
            raise _unusable(path, f"{part.name} is no regular file")


def _unusable(path: Path, error: Exception | str) -> UsageError:
    return UsageError(
        f"the store {path} cannot be used: {error}",
        id="store-unusable",
        remedy="move it away, or name another with --store",
    )


def _prepare(connection: sqlite3.Connection, path: Path, seals: Seals) -> None:
    """Check the file, and write the tables that an empty or older one lacks; leave any other file as it was."""
    _set(connection)
    connection.execute("BEGIN IMMEDIATE")
    _claim(connection, path)
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise UsageError(
            f"the store {path} has format {version}; this llmgate writes format {SCHEMA_VERSION}",
            id="store-unusable",
            remedy="use the llmgate that wrote it, or name another with --store",
        )
    if path.stat().st_size <= CHECKED_BYTES:
        _check(connection)
    if 0 < version < FIRST_KEYED and seals.name:
        raise SealedOtherwise
    tables.bring_up(connection, version)
    if not tables.are_whole(connection):
        raise Damaged("its tables are not those of a store")
    _hold(connection, seals, begun=version == 0)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")  # a file that cannot be written says so here
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Name an empty file as a store.

    Raises:
        UsageError: where the file is another program's.
    """
    if _pragma(connection, "application_id") == APPLICATION_ID:
        return
    if _is_empty(connection):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    elif tables.names(connection) >= tables.FIRST:
        raise Damaged("its application id is not a store's")
    else:
        raise UsageError(
            f"the file {path} is another program's database",
            id="store-unusable",
            remedy="name another with --store; it was left as it was",
        )


def _hold(connection: sqlite3.Connection, seals: Seals, *, begun: bool) -> None:
    """Name the key of a store that is begun, and see that another one's is this.

    Raises:
        SealedOtherwise: where it is not.
    """
    if begun and seals.name:
        connection.execute("INSERT INTO sealed VALUES (1, ?)", (seals.name,))
    if connection.execute("SELECT name FROM sealed").fetchall() != ([(seals.name,)] if seals.name else []):
        raise SealedOtherwise


def _check(connection: sqlite3.Connection) -> None:
    """Look at the whole file, indexes too: a row that its index lacks cannot be deleted."""
    ((said,),) = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if said != "ok":
        raise Damaged(said)


def _is_empty(connection: sqlite3.Connection) -> bool:
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return not objects and not _pragma(connection, "user_version") and not _pragma(connection, "application_id")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
