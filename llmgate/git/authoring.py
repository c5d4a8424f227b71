"""Files in memory → a repository with branches and commits on disk, checked out and ready to work in.

The same commits give the same ids wherever and whenever they are made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pygit2
from pygit2.enums import CheckoutStrategy, FileMode

from llmgate.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit on top of its branch: `files` are added or replaced by path, `removed` are deleted.

    A branch that does not exist yet starts at the tip of the branch `parent`, or with no history at all.
    """

    branch: str
    message: str
    files: Mapping[str, bytes]
    parent: str | None = None
    removed: Sequence[str] = field(default=())


def create(directory: Path, commits: Sequence[Commit], *, author: Author, date: dt.datetime) -> dict[str, str]:
    """Make a repository in `directory`, check out the branch of the last commit, return the tip of each branch.

    `directory` is made where it does not exist. `date` must know its time zone; it is the date of every commit.

    Raises:
        UsageError: where `directory` is a file or already has something in it.
    """
    _check_empty(directory)
    if date.tzinfo is None:
        raise ValueError("the date of a commit needs a time zone")
    offset = date.utcoffset() or dt.timedelta()
    signature = pygit2.Signature(author.name, author.email, int(date.timestamp()), int(offset.total_seconds()) // 60)
    repository = pygit2.init_repository(str(directory), initial_head=commits[0].branch)
    # Whatever a machine's own settings are, the files on disk have the bytes that were committed.
    repository.config["core.autocrlf"] = False
    tips: dict[str, str] = {}
    for commit in commits:
        tips[commit.branch] = _commit(repository, commit, tips, signature)
    repository.checkout(f"refs/heads/{commits[-1].branch}", strategy=CheckoutStrategy.FORCE)
    return tips


def _check_empty(directory: Path) -> None:
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(
            f"{str(directory)!r} is not an empty folder",
            id="not-writable",
            remedy="Name a folder that does not exist yet, or empty it first; nothing is overwritten.",
        )


def _commit(repository: pygit2.Repository, commit: Commit, tips: Mapping[str, str], signature: pygit2.Signature) -> str:
    parent = tips.get(commit.branch) or (tips[commit.parent] if commit.parent is not None else None)
    index = pygit2.Index()
    if parent is not None:
        index.read_tree(repository[parent].peel(pygit2.Tree))
    for path in commit.removed:
        index.remove(path)
    for path, content in sorted(commit.files.items()):
        index.add(pygit2.IndexEntry(path, repository.create_blob(content), FileMode.BLOB))
    tree = index.write_tree(repository)
    parents = [] if parent is None else [parent]
    made = repository.create_commit(None, signature, signature, commit.message, tree, parents)
    repository.references.create(f"refs/heads/{commit.branch}", made, force=True)
    return str(made)
