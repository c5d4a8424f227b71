"""A folder that a program filled as it liked → no folder, however deep it is, and without following a link."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from itertools import count
from pathlib import Path

MODE = 0o700


def remove(folder: Path) -> None:
    """Remove a folder that no process uses any more; where there is none, nothing is done.

    Folders are brought up to the top one before they are emptied, so that no path becomes long and nothing recurses.
    """
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        os.fchmod(top, MODE)
        _empty(top)
    finally:
        os.close(top)
    with contextlib.suppress(FileNotFoundError):
        folder.rmdir()


def _empty(top: int) -> None:
    names = (f"{prefix}-{number}" for prefix in [secrets.token_hex(8)] for number in count())
    pending: list[str] = []
    _take_out(top, top, names, pending)
    while pending:
        name = pending.pop()
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            _take_out(inner, top, names, pending)
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=top)


def _take_out(inner: int, top: int, names: Iterator[str], pending: list[str]) -> None:
    """Remove a folder's files, and bring its folders up."""
    with os.scandir(inner) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            os.unlink(name, dir_fd=inner)
            continue
        os.chmod(name, MODE, dir_fd=inner)
        hoisted = next(names)
        os.rename(name, hoisted, src_dir_fd=inner, dst_dir_fd=top)
        pending.append(hoisted)
