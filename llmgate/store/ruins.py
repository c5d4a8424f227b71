"""A damaged store → the same file under another name, so that a new one can be begun in its place and nothing is lost.

A file that was not a store is left alone: what cannot be known for one is not moved.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

APPLICATION_ID = 0x6C6C6D67  # "llmg", https://www.sqlite.org/pragma.html#pragma_application_id
WAIT_S = 60.0
POLL_S = 0.01
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100  # https://www.sqlite.org/fileformat.html#the_database_header
_ID_AT = slice(68, 72)
_BESIDE = ("-journal", "-wal", "-shm")
_CODE = 0xFF  # https://www.sqlite.org/rescode.html#extrc
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT}


class Damaged(Exception):
    """The file is, or was, a store, and cannot be used as one; told by what SQLite said of it."""

    @property
    def told(self) -> str:
        return f"was damaged ({self})"


class SealedOtherwise(Damaged):
    """The file is a store of somebody who had another key, or none where there is one here."""

    @property
    def told(self) -> str:
        return "was not sealed with the key of this run (LLMGATE_STORE_KEY)"


def is_damage(error: sqlite3.Error) -> bool:
    """Tell what comes of a file's content from what comes of its disk, its rights, or who else uses it."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.DatabaseError) and code is not None and code & _CODE in _DAMAGED


def was_store(path: Path) -> bool:
    """Tell by its first bytes whether a file was a store: they have its name, were torn, or are blank."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError:
        return False
    torn = len(header) < _HEADER_BYTES and header[: len(_MAGIC)] == _MAGIC[: len(header)]
    return torn or not any(header) or header[_ID_AT] == APPLICATION_ID.to_bytes(4, "big")


def parts(path: Path) -> tuple[Path, ...]:
    """Name a store's file and those that SQLite keeps beside it."""
    return (path, *(path.with_name(path.name + ending) for ending in _BESIDE))


def set_aside(path: Path) -> Path:
    """Rename a store with what belongs to it, to the first `NAME.damaged-N` that is free."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


@contextmanager
def alone(folder: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Keep other processes from opening, and so from moving, a store of the same folder meanwhile.

    Raises:
        TimeoutError: where one has had it for `wait_s` seconds: whoever may read a folder can keep it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _lock(descriptor, folder, time.monotonic() + wait_s)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise TimeoutError(f"another process keeps its folder {folder}") from None
            time.sleep(POLL_S)
        except OSError:  # a network file system without locks has no safe write-ahead log either
            return None
