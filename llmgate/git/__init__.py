"""A workspace's revisions → commits, files and differences: the only door to git.

Everything goes through a bare repository on the side that borrows the workspace's objects. No configuration, hook,
fsmonitor, filter, owner check or extension of the workspace is looked at, and nothing is written to it: fetched
objects and the snapshot of the worktree live on the side. Only two things of the configuration are read, as text, where
they are asked for: the address of who commits, and that of `origin`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pygit2
from pygit2.enums import ObjectType

from llmgate.catalogue import Id
from llmgate.errors import ConfigurationError, Fault, NotEvaluated, UsageError
from llmgate.git import identity, side, snapshot, transport, trees, workspace
from llmgate.git.trees import Entry, Kind, PathChange

__all__ = ["MAX_FILE_BYTES", "Entry", "Kind", "PathChange", "Repository"]

MAX_FILE_BYTES = 1024 * 1024

_FULL_ID = re.compile(r"[0-9a-f]{40}")
_SHORT_ID = re.compile(r"[0-9a-f]{4,39}")
_REVISION = re.compile(r"(?P<name>[^\x00-\x20\x7f:^~]{1,1000}?)(?P<steps>(?:\^\{(?:commit)?\}|[~^][0-9]{0,6})*)")
_STEP = re.compile(r"([~^])([0-9]*)(?![0-9{])")
_HEADER = re.compile(rb"tree (?P<tree>[0-9a-f]{40})\n(?P<parents>(?:parent [0-9a-f]{40}\n)*)")
_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\n"


class Repository:
    """Read access to the repository around a folder; what has to be written goes to `scratch`."""

    def __init__(self, place: workspace.Workspace, beside: side.Side) -> None:
        self._workspace = place
        self._beside = beside
        self._git = beside.opened()
        self._fetched: set[str] = set()
        self._trees: dict[str, Mapping[str, Entry]] = {}

    @classmethod
    def open(cls, path: Path, *, scratch: Path) -> Repository:
        """Open the repository that `path` lies in; `scratch` is a private folder, made when it does not exist."""
        place = workspace.find(path)
        return cls(place, side.create(scratch, place))

    @property
    def root(self) -> Path:
        """The top folder of the worktree."""
        return self._workspace.root

    def email(self, elsewhere: Sequence[Path]) -> str:
        """Return the address that commits are made with here, or else by the files of git's settings `elsewhere`."""
        return identity.email((self._workspace.common / "config", *elsewhere))

    def resolve(self, revision: str) -> str:
        """Return the id of the commit that `revision` names: an id, an abbreviation, a reference, with `~` and `^`."""
        match = _REVISION.fullmatch(revision)
        commit = self._start(match["name"]) if match else None
        for sign, number in _STEP.findall(match["steps"] if match else ""):
            commit = self._step(commit, sign, int(number or 1)) if commit else None
        if not commit:
            raise UsageError(
                f"{revision[:200]!r} is no commit of this repository",
                id="no-such-revision",
                remedy="Name a branch, a tag or a commit id that `git rev-parse` knows; a shallow clone has few.",
            )
        return commit

    def has(self, commit: str) -> bool:
        """Whether the commit is at hand with all its files, which a partial clone cannot tell of its own commits."""
        return self._exists(commit) and (commit in self._fetched or not self._workspace.is_partial())

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the parents that the commit itself lists, also those that a shallow clone left out."""
        return tuple(line.split()[1].decode() for line in self._header(commit)["parents"].splitlines())

    def tree(self, commit: str) -> Mapping[str, Entry]:
        """Map every path of the commit to its entry, sorted by path."""
        root = self._root(commit)
        if root not in self._trees:
            found = sorted(trees.entries(self._load, bytes.fromhex(root)), key=lambda entry: entry.path)
            self._trees[root] = MappingProxyType({entry.path: entry for entry in found})
        return self._trees[root]

    def paths(self, commit: str) -> tuple[str, ...]:
        return tuple(self.tree(commit))

    def changed(self, base: str, head: str) -> tuple[PathChange, ...]:
        """Return the paths at which two commits differ, sorted; a rename is one path deleted and one added."""
        roots = (bytes.fromhex(self._root(commit)) for commit in (base, head))
        return tuple(sorted(trees.differences(self._load, *roots), key=lambda change: change.path))

    def size(self, entry: Entry) -> int:
        """The bytes of a file's content, without reading it."""
        try:
            return self._git.odb.read_header(entry.oid)[1]
        except (KeyError, pygit2.GitError) as exc:
            raise _missing(entry.oid) from exc

    def read(self, commit: str, path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Return the content of a regular file; anything else that `path` may be is a ConfigurationError."""
        entry = self.tree(commit).get(path)
        if entry is None:
            raise _unreadable(
                path, f"does not exist in commit {commit[:12]}", "Name a file that is committed.", id="missing-file"
            )
        if entry.kind is not Kind.FILE:
            raise _unreadable(
                path, f"is a {entry.kind}, not a regular file", "Commit the content itself.", id="not-a-regular-file"
            )
        return self._content(entry, path, max_bytes)

    def stored(self, commit: str, path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Return what git stores at a path: as `read`, and where a symbolic link leads."""
        entry = self.tree(commit).get(path)
        if entry is None or entry.kind is not Kind.SYMLINK:
            return self.read(commit, path, max_bytes=max_bytes)
        return self._content(entry, path, trees.MAX_PATH_BYTES)

    def _content(self, entry: Entry, path: str, max_bytes: int) -> bytes:
        if self.size(entry) > max_bytes:
            raise _unreadable(path, f"has more than {max_bytes:,} bytes", "Split it or exclude it.", id="too-large")
        content = self._raw(entry.oid, ObjectType.BLOB)
        if content.startswith(_LFS_POINTER):
            raise _unreadable(
                path,
                "is a Git LFS pointer, its content is elsewhere",
                "Commit it without LFS.",
                id="not-a-regular-file",
            )
        return content

    def snapshot(self) -> str:
        """Write the worktree as a commit on the side, on top of HEAD; the same files give the same commit."""
        return snapshot.take(self._beside, self._workspace, self._workspace.oid("HEAD"))

    def merge_base(self, first: str, second: str) -> str | None:
        """Return the best common ancestor; None when there is none, or when a shallow clone cannot tell which it is."""
        try:
            base = self._git.merge_base(first, second)
            return str(base) if base and self._is_certain(str(base), first, second) else None
        except (KeyError, ValueError, pygit2.GitError):
            return None

    def default_branch(self) -> str | None:
        """The full reference name of the branch that pull requests go to, as far as the clone knows."""
        return self._workspace.default_branch()

    def origin(self) -> str:
        """The address that `origin` has in the clone's own configuration, for a guess; nobody is asked there."""
        return identity.origin(self._workspace.common / "config")

    def fetch(
        self,
        url: str,
        *,
        wants: Sequence[str],
        depth: int = 1,
        token: str | None = None,
        timeout_s: float = transport.FETCH_TIMEOUT_S,
    ) -> tuple[str, ...]:
        """Fetch commits to the side, by full id or full reference name; return the id of each, in their order."""
        head = None if self._workspace.is_partial() else self._workspace.oid("HEAD")
        order = transport.Order(url=url, wants=tuple(wants), depth=depth, have=head)
        fetched = transport.fetch(self._beside, order, token=token, timeout_s=timeout_s)
        self._git = self._beside.opened()
        self._fetched.update(fetched)
        return fetched

    def _exists(self, commit: str) -> bool:
        return bool(_FULL_ID.fullmatch(commit)) and commit in self._git.odb

    def _start(self, name: str) -> str | None:
        name = "HEAD" if name == "@" else name
        found = name if _FULL_ID.fullmatch(name) else self._workspace.oid(name)
        try:
            target = self._git[found] if found else self._abbreviated(name)
            return str(target.peel(pygit2.Commit).id) if target else None
        except (KeyError, ValueError, pygit2.GitError):
            return None

    def _abbreviated(self, name: str) -> pygit2.Object | None:
        return self._git[self._git.expand_id(name)] if _SHORT_ID.fullmatch(name) else None

    def _step(self, commit: str, sign: str, number: int) -> str | None:
        for _ in range(number if sign == "~" else min(number, 1)):
            parents = self.parents(commit)
            chosen = 0 if sign == "~" else number - 1
            if chosen >= len(parents) or not self._exists(parents[chosen]):
                return None
            commit = parents[chosen]
        return commit

    def _is_certain(self, base: str, *tips: str) -> bool:
        """Whether no history is cut off between the tips and `base`, where a better ancestor could be hidden."""
        cut = workspace.shallow(self._beside.git)
        if not cut:
            return True
        walk = self._git.walk(None)
        for tip in tips:
            walk.push(tip)
        walk.hide(base)
        return not any(str(commit.id) in cut for commit in walk)

    def _root(self, commit: str) -> str:
        return self._header(commit)["tree"].decode()

    def _header(self, commit: str) -> re.Match[bytes]:
        match = _HEADER.match(self._raw(commit, ObjectType.COMMIT))
        if not match:
            raise _missing(commit)
        return match

    def _load(self, tree: bytes) -> bytes:
        return self._raw(tree.hex(), ObjectType.TREE)

    def _raw(self, oid: str, kind: ObjectType) -> bytes:
        try:
            found, content = self._git.odb.read(oid)
        except (KeyError, ValueError, pygit2.GitError) as exc:
            raise _missing(oid) from exc
        if found != kind:
            raise _missing(oid)
        return content


def _missing(oid: str) -> NotEvaluated:
    return NotEvaluated(
        f"the git object {oid[:40]!r} is not in this clone, or is damaged",
        id="commit-missing",
        remedy="Check out without `filter:` and `sparse-checkout:`, or with `fetch-depth: 0`.",
    )


def _unreadable(path: str, message: str, remedy: str, *, id: Id) -> ConfigurationError:
    return ConfigurationError([Fault(file=path, line=1, message=message, id=id, remedy=remedy)])
