"""The files of a worktree, as they are now → a commit in the side repository; the workspace is only read."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffOption
from pygit2.ffi import C

from llmgate.errors import NotEvaluated, UsageError
from llmgate.git.side import Side
from llmgate.git.trees import text
from llmgate.git.workspace import Workspace

# https://git-scm.com/docs/index-format: an extension that readers must know, and a flag of an entry
_SPARSE_INDEX = b"sdir"
_SKIP_WORKTREE = 1 << 14
# Whose and when are fixed, so that the same files always give the same commit.
_AUTHOR = pygit2.Signature("llmgate", "llmgate@localhost", 0, 0)


def take(side: Side, workspace: Workspace, head: str | None) -> str:
    """Write tracked and untracked, not ignored files as a commit on top of `head`; return its id.

    The index is a copy of the workspace's: its record of file times spares reading what has not changed. A split
    index, which libgit2 cannot read, is replaced by the files of `head`, and then every file is read.
    """
    if workspace.root == workspace.git:
        raise UsageError(
            "a bare repository has no worktree", id="no-worktree", remedy="Name the commit to evaluate with --head."
        )
    _copy(workspace.common / "info" / "exclude", side.git / "info" / "exclude")
    _copy(workspace.git / "index", side.git / "index")
    config = side.opened().config
    config["core.bare"] = False
    config["core.worktree"] = str(workspace.root)
    repository = side.opened()
    try:
        tree = _tree(repository, head)
    except (pygit2.GitError, OSError) as exc:
        raise NotEvaluated(
            f"the worktree cannot be read: {exc}",
            id="no-worktree",
            remedy="Resolve conflicts, expand a sparse index with `git sparse-checkout reapply --no-sparse-index`, "
            "make every file readable; or name a commit with --head.",
        ) from exc
    parents = [head] if head else []
    return str(repository.create_commit(None, _AUTHOR, _AUTHOR, "The worktree", tree, parents))


def _tree(repository: pygit2.Repository, head: str | None) -> pygit2.Oid:
    index = _index(repository, head)
    if index.conflicts is not None:
        raise pygit2.GitError("files are in conflict")
    left_out = _left_out(index)
    _update(index)
    for entry in left_out:
        index.add(entry.path if os.path.lexists(Path(repository.workdir, entry.path)) else entry)
    tree: pygit2.Oid = index.write_tree()
    return tree


def _index(repository: pygit2.Repository, head: str | None) -> pygit2.Index:
    file = Path(repository.path) / "index"
    try:
        index: pygit2.Index = repository.index
        index.read()
    except pygit2.GitError:
        if _SPARSE_INDEX in file.read_bytes():
            raise
        file.unlink()
        index = repository.index
        if head:
            index.read_tree(repository[head].peel(pygit2.Tree))
    return index


def _update(index: pygit2.Index) -> None:
    options = DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS
    deltas = list(index.diff_to_workdir(options).deltas)
    for delta in deltas:
        if delta.status is DeltaStatus.DELETED:
            index.remove(text(delta.old_file.raw_path))
    for delta in deltas:
        # An untracked folder is left only when it is a repository of its own: git would not add its files either.
        if delta.status is not DeltaStatus.DELETED and not delta.new_file.raw_path.endswith(b"/"):
            index.add(text(delta.new_file.raw_path))


def _left_out(index: pygit2.Index) -> list[pygit2.IndexEntry]:
    """The entries that a sparse checkout does not write out: their absence is no deletion."""
    entries = (C.git_index_get_byindex(index._index, number) for number in range(len(index)))  # noqa: SLF001 - no other way
    return [index[number] for number, entry in enumerate(entries) if entry.flags_extended & _SKIP_WORKTREE]


def _copy(source: Path, target: Path) -> None:
    # With its times: an index newer than the files it lists is believed about files of the same age.
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)
