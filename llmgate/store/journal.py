"""Writes of many callers → few commits: what is asked for while one is under way goes with the next, all together.

Each commit is on the disk before it is over (`synchronous=FULL`), and takes as long as the disk does. So they are made
in a thread of their own, where they hold up neither the event loop nor who reads, and are shared by who waits for one.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from llmgate.errors import NotEvaluated

MOST_RIDING = 500


@dataclass(slots=True, kw_only=True)
class Write:
    """One statement and, once it is committed, the rows that it returned."""

    statement: str
    values: Sequence[Any] = ()
    returned: list[Any] = field(default_factory=list)


class Journal:
    """Commits through a connection of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._lock = Lock()
        self._waiting: list[Write] = []
        self._next: Future[None] | None = None
        self._failed: NotEvaluated | None = None

    async def write(self, *writes: Write) -> None:
        """Commit, together with what others ask for.

        Raises:
            NotEvaluated: where the file cannot be written, as with a full disk.
        """
        await asyncio.shield(asyncio.wrap_future(self._soon(*writes)))

    def write_now(self, *writes: Write) -> None:
        """Commit, and wait for it.

        Raises:
            NotEvaluated: as above.
        """
        self._soon(*writes).result()

    def ride(self, *writes: Write) -> None:
        """Commit with whatever is committed next: for what can be found again from what is journaled."""
        with self._lock:
            self._waiting += writes
            many = len(self._waiting) > MOST_RIDING
        if many:
            self._soon()

    def settle(self) -> None:
        """Commit what rides, and wait for what is under way.

        Raises:
            NotEvaluated: as above.
        """
        if self._waiting or self._next:
            self.write_now()

    def close(self) -> None:
        """Commit what rides and end.

        Raises:
            NotEvaluated: where anything could not be written, and nobody was told.
        """
        try:
            self.settle()
            if self._failed is not None:
                raise self._failed
        finally:
            self._thread.shutdown()
            self._connection.close()

    def _soon(self, *writes: Write) -> Future[None]:
        with self._lock:
            self._waiting += writes
            if self._next is None:
                try:
                    self._next = self._thread.submit(self._commit)
                except RuntimeError as error:
                    raise failed(error) from error
            return self._next

    def _commit(self) -> None:
        with self._lock:
            writes, self._waiting, self._next = self._waiting, [], None
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for write in writes:
                write.returned = self._connection.execute(write.statement, write.values).fetchall()
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._failed = failed(error)
            self._roll_back()
            raise self._failed from error

    def _roll_back(self) -> None:
        """Leave the transaction. SQLite has left it by itself after some errors."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def failed(error: Exception) -> NotEvaluated:
    return NotEvaluated(
        f"the store failed: {error}",
        id="store-unusable",
        remedy="make room on its disk and run it again; if it is damaged, move it away",
    )
