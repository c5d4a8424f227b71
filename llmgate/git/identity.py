"""Files of git's configuration → who commits, and whose repository it is: text, on which nothing hangs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pygit2


def email(files: Iterable[Path]) -> str:
    """Read `user.email` from the first file that has it; empty where none does."""
    return next(filter(None, (_value(file, "user.email") for file in files)), "")


def origin(file: Path) -> str:
    """Read the address of `origin`, as somebody wrote it; empty where there is none."""
    return _value(file, "remote.origin.url")


def _value(file: Path, name: str) -> str:
    try:
        return (pygit2.Config(str(file))[name] or "") if file.is_file() else ""
    except (KeyError, OSError, ValueError, pygit2.GitError):
        return ""
