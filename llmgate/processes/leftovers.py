"""The user that a program had → nothing of it left where all programs can look: another trial or arm could find it."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from llmgate.processes import removal

SHARED_PLACES = (  # where programs leave what others find
    Path("/tmp"),  # noqa: S108 - it is emptied, not written to
    Path("/var/tmp"),  # noqa: S108 - as above
    Path("/dev/shm"),  # noqa: S108 - as above
    Path("/dev/mqueue"),
    Path("/run/lock"),
)
SYSTEM_V = Path("/proc/sysvipc")
IPC_RMID = 0


def remove(user: int) -> None:
    """Remove the user's files in shared places and in the folders there that all may write to, and its System V IPC."""
    for place in SHARED_PLACES:
        _remove_in(place, user)
        for folder in _open_to_all(place):
            _remove_in(folder, user)
    _remove_system_v(user)


def _open_to_all(place: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mode & stat.S_IWOTH:
                    yield Path(entry.path)


def _remove_in(place: Path, user: int) -> None:
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                _remove_if_of(user, entry)


def _remove_if_of(user: int, entry: os.DirEntry[str]) -> None:
    if entry.stat(follow_symlinks=False).st_uid != user:
        return
    if entry.is_dir(follow_symlinks=False):
        removal.remove(Path(entry.path))
    else:
        Path(entry.path).unlink()


def _remove_system_v(user: int) -> None:
    """Remove shared memory, semaphores and queues of messages: they outlive all processes, with their contents."""
    with contextlib.suppress(ImportError, OSError):
        import ctypes  # noqa: PLC0415 - Python may have been built without it

        system = ctypes.CDLL(None)
        for number in _system_v("shm", "shmid", user):
            system.shmctl(number, IPC_RMID, None)
        for number in _system_v("sem", "semid", user):
            system.semctl(number, 0, IPC_RMID)
        for number in _system_v("msg", "msqid", user):
            system.msgctl(number, IPC_RMID, None)


def _system_v(kind: str, name: str, user: int) -> list[int]:
    """List what a user has made of a kind, or has been given."""
    path = SYSTEM_V / kind
    header, *rows = path.read_text().splitlines() if path.exists() else [""]
    found = (dict(zip(header.split(), row.split(), strict=True)) for row in rows)
    return [int(each[name]) for each in found if str(user) in (each["uid"], each["cuid"])]
