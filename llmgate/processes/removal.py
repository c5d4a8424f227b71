"""A folder that a program filled as it liked → no folder, however deep it is, and without following a link."""

from __future__ import annotations

import os
from pathlib import Path

MODE = 0o700
FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def remove(folder: Path) -> None:
    """Remove a folder that no process uses any more; where there is none, nothing is done."""
    if folder.is_symlink() or not folder.is_dir():
        return
    folder.chmod(MODE)
    _empty(os.open(folder, FLAGS))
    folder.rmdir()


def _empty(here: int) -> None:
    """Go down and up again one step at a time: no path becomes long, nothing recurses, and one folder is open."""
    way: list[str] = []
    pending = [_without_files(here)]
    while pending:
        if pending[-1]:
            way.append(pending[-1].pop())
            os.chmod(way[-1], MODE, dir_fd=here)
            here = _step(here, way[-1])
            pending.append(_without_files(here))
            continue
        pending.pop()
        if way:
            here = _step(here, "..")
            os.rmdir(way.pop(), dir_fd=here)
    os.close(here)


def _step(here: int, name: str) -> int:
    there = os.open(name, FLAGS, dir_fd=here)
    os.close(here)
    return there


def _without_files(here: int) -> list[str]:
    """Remove a folder's files; return the names of its folders."""
    with os.scandir(here) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            os.unlink(name, dir_fd=here)
    return [name for name, is_folder in found if is_folder]
