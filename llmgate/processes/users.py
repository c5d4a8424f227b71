"""A range of user ids → ids that nobody else has while they are lent: no account, no process, no other run."""

from __future__ import annotations

import contextlib
import fcntl
import grp
import os
import pwd
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llmgate.errors import NotEvaluated

NUMBERS = range(61_000, 65_500)
"""Above the accounts of people (to 60,000), below `nobody` (65,534): containers in user namespaces have them too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An id, for as long as its lock is held."""

    number: int
    descriptor: int

    def give_back(self) -> None:
        os.close(self.descriptor)


class Users:
    """Lends ids, in an order that `shuffled` makes: one that could be guessed would tell programs which arm they are.

    The locks are files of root's own folder, so that gates that run side by side never share an id.
    """

    def __init__(self, shuffled: Callable[[range], list[int]], folder: Path | None = None) -> None:
        self._numbers = shuffled(NUMBERS)
        self._folder = _own_folder() if folder is None else folder

    def lend(self) -> Lease:
        """Lend one id.

        Raises:
            NotEvaluated: where none is free.
        """
        running = _running()
        for _ in range(len(self._numbers)):
            number = self._numbers.pop()
            self._numbers.insert(0, number)
            if number not in running and not _has_account(number) and (descriptor := self._locked(number)):
                return Lease(number=number, descriptor=descriptor)
        raise NotEvaluated(
            f"no user id from {NUMBERS.start} to {NUMBERS.stop - 1} is free to run an application with",
            id="no-containment",
            remedy=f"end the processes that have them, or the runs of llmgate that hold locks in {self._folder}",
        )

    def _locked(self, number: int) -> int | None:
        descriptor = os.open(self._folder / str(number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return descriptor


def _own_folder() -> Path:
    """Find a folder that is root's alone, the same for all runs on this machine."""
    for parent in (Path("/run"), Path(tempfile.gettempdir())):
        folder = parent / "llmgate-users"
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077:
                return folder
    raise NotEvaluated(
        f"there is no place for the locks of user ids: neither /run nor {tempfile.gettempdir()} can have one",
        id="no-containment",
        remedy="let TMPDIR name a folder that can be written to",
    )


def _running() -> frozenset[int]:
    """Return the ids that processes have."""
    found: set[int] = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                found.add(entry.stat().st_uid)
    return frozenset(found)


def _has_account(number: int) -> bool:
    for known in (pwd.getpwuid, grp.getgrgid):
        with contextlib.suppress(KeyError):
            known(number)
            return True
    return False
