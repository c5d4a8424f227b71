"""Raw git tree objects → the files below them, and the paths in which two trees differ.

Trees are parsed here and not through libgit2's objects: names stay bytes, whatever their encoding, identical subtrees
are never opened, and a tree made by hand cannot smuggle in a name that git itself would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from llmgate.errors import NotEvaluated

MAX_FILES = 500_000
MAX_PATH_BYTES = 4096

_FOLDER = 0o040000
_ENTRY = re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{20})", re.DOTALL)
_REFUSED_NAMES = frozenset({b".", b"..", b".git"})

Node = tuple[int, bytes]
"""The mode and the raw object id of one entry of a tree."""

Load = Callable[[bytes], bytes]
"""The raw content of the tree object with this id."""


class Kind(StrEnum):
    FILE = "regular file"
    SYMLINK = "symbolic link"
    SUBMODULE = "submodule"
    OTHER = "entry of an unknown kind"


_KINDS = {0o100644: Kind.FILE, 0o100755: Kind.FILE, 0o120000: Kind.SYMLINK, 0o160000: Kind.SUBMODULE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a commit; bytes of `path` that are not UTF-8 are kept as surrogate escapes."""

    path: str
    mode: int
    oid: str

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self.mode, Kind.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """One path at which two trees differ: added without `base`, deleted without `head`, else modified."""

    path: str
    base: Entry | None
    head: Entry | None


def entries(load: Load, root: bytes) -> Iterator[Entry]:
    """Yield every file below the tree `root`, folder by folder."""
    steps = 0
    folders = [(b"", (_FOLDER, root))]
    while folders:
        path, folder = folders.pop()
        children = _children(load, path, folder)
        steps += 1 + len(children)
        _bounded(path, steps)
        for name, node in children.items():
            if node[0] == _FOLDER:
                folders.append((_join(path, name), node))
            else:
                yield _entry(_join(path, name), node)


def differences(load: Load, base: bytes, head: bytes) -> Iterator[PathChange]:
    """Yield every path at which the trees `base` and `head` differ; identical subtrees are not opened."""
    steps = count(1)
    pending: list[tuple[bytes, Node | None, Node | None]] = [(b"", (_FOLDER, base), (_FOLDER, head))]
    while pending:
        path, old, new = pending.pop()
        if old == new:
            continue
        _bounded(path, next(steps))
        before, after = _file(path, old), _file(path, new)
        if before or after:
            yield PathChange(path=text(path), base=before, head=after)
        olds, news = _children(load, path, old), _children(load, path, new)
        pending.extend((_join(path, name), olds.get(name), news.get(name)) for name in olds | news)


def text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _bounded(path: bytes, steps: int) -> None:
    # A few nested trees that list one another many times over unfold to billions of files.
    if len(path) > MAX_PATH_BYTES or steps > MAX_FILES:
        raise NotEvaluated(
            f"the repository has more than {MAX_FILES:,} entries or a path longer than {MAX_PATH_BYTES:,} bytes",
            id="unreadable-repository",
            remedy="Remove the oversized tree from the commit.",
        )


def _children(load: Load, path: bytes, node: Node | None) -> dict[bytes, Node]:
    if node is None or node[0] != _FOLDER:
        return {}
    raw = load(node[1])
    found = _ENTRY.findall(raw)
    children = {name: (int(mode, 8), oid) for mode, name, oid in found}
    length = sum(len(mode) + len(name) + 22 for mode, name, _ in found)
    if length != len(raw) or len(children) != len(found) or not _REFUSED_NAMES.isdisjoint(children):
        raise NotEvaluated(
            f"the folder {text(path) or '/'!r} is damaged in git: it holds a name or a mode that git refuses",
            id="unreadable-repository",
            remedy="Recreate the commit with an unmodified git; `git fsck` names the tree.",
        )
    return children


def _join(path: bytes, name: bytes) -> bytes:
    return path + b"/" + name if path else name


def _file(path: bytes, node: Node | None) -> Entry | None:
    return None if node is None or node[0] == _FOLDER else _entry(path, node)


def _entry(path: bytes, node: Node) -> Entry:
    return Entry(path=text(path), mode=node[0], oid=node[1].hex())
