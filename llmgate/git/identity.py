"""Files of git's configuration → the address that a person commits with: text, on which nothing hangs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pygit2


def email(files: Iterable[Path]) -> str:
    """Read `user.email` from the first file that has it; empty where none does."""
    for file in files:
        try:
            if file.is_file() and (found := pygit2.Config(str(file))["user.email"]):
                return found
        except (KeyError, OSError, ValueError, pygit2.GitError):
            continue
    return ""
