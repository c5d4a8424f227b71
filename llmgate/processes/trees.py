"""A revision's files → a folder that programs can read and not change, and that no link leads out of."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from llmgate import documents
from llmgate.errors import ConfigurationError
from llmgate.processes.containment import Identity

MAX_FILES = 50_000
MAX_BYTES = 1024 * 1024 * 1024
MAX_DEPTH = 64
EXECUTABLE = 0o100755
LINK = 0o120000
READABLE, RUNNABLE = 0o444, 0o555


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of a revision, with the mode that git gives it; a symbolic link has its target for data."""

    path: str
    data: bytes = field(repr=False)
    mode: int = 0o100644

    @property
    def digest(self) -> str:
        return hashlib.sha256(b"%o\n" % self.mode + self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A revision's files in `folder`, with the digests of each one's mode and content."""

    folder: Path
    files: Mapping[str, str]


def lay(items: Iterable[Item], folder: Path, *, group: int | None) -> Tree:
    """Write the files into `folder`, which is made; nobody but its group may enter it.

    Raises:
        ConfigurationError: where a link leads out of the tree, files lie in one another, or there are too many.
    """
    folder.mkdir(mode=0o700)
    files: dict[str, str] = {}
    links: list[Item] = []
    size = 0
    for item in items:
        size += len(item.data)
        _check(item, files, size)
        files[item.path] = item.digest
        if item.mode == LINK:
            links.append(item)
        else:
            _write(item, folder)
    folders = _folders(files)
    for link in links:  # last, so that nothing is written through one
        _link(link, folder, folders)
    _seal(folder, folders, group)
    return Tree(folder=folder, files=files)


def copy(tree: Tree, folder: Path, identity: Identity | None) -> None:
    """Copy the files into `folder`, which is made, for one identity to do with as it likes."""
    folder.mkdir(mode=0o700)
    for path in tree.files:
        source, target = tree.folder / path, folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.symlink_to(source.readlink())
        else:
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode & 0o777 | 0o200)
    if identity is not None:
        for path in (*tree.files, *_folders(tree.files), ""):
            os.chown(folder / path, identity.user, identity.group, follow_symlinks=False)


def _check(item: Item, files: Mapping[str, str], size: int) -> None:
    if len(files) == MAX_FILES or size > MAX_BYTES:
        raise _fault(item, f"an application has at most {MAX_FILES:,} files and {MAX_BYTES:,} bytes", "list fewer")
    parts = item.path.split("/")
    if len(parts) > MAX_DEPTH or {"", ".", ".."} & set(parts) or "\0" in item.path or item.path in files:
        raise _fault(item, "this is no path of a file in a tree", "leave it out of `files`")
    if item.mode == LINK and not _stays(item):
        raise _fault(
            item, "the symbolic link leads out of the files that an application has", "leave it out of `files`"
        )


def _stays(link: Item) -> bool:
    """Tell whether a link stays inside: up no further than it is deep, then down only.

    Down may lead through other links, each of which stays inside; up after down would be up from where they lead.
    """
    target = os.fsdecode(link.data)
    parts = [part for part in target.split("/") if part not in ("", ".")]
    ups = next((place for place, part in enumerate(parts) if part != ".."), len(parts))
    depth = link.path.count("/")
    plain = target and not target.startswith("/") and "\0" not in target
    return bool(plain) and ups <= depth and ".." not in parts[ups:]


def _write(item: Item, folder: Path) -> None:
    target = folder / item.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(item.data)
        target.chmod(RUNNABLE if item.mode == EXECUTABLE else READABLE)
    except OSError as error:
        raise _fault(item, f"it cannot be written: {error.strerror}", "leave it out of `files`") from error


def _link(link: Item, folder: Path, folders: frozenset[str]) -> None:
    if link.path in folders:
        raise _fault(link, "it is a symbolic link and has files below it", "leave it out of `files`")
    target = folder / link.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(os.fsdecode(link.data))
    except OSError as error:
        raise _fault(link, f"it cannot be made: {error.strerror}", "leave it out of `files`") from error


def _folders(files: Iterable[str]) -> frozenset[str]:
    return frozenset(str(parent) for path in files for parent in PurePosixPath(path).parents if parent.name)


def _seal(folder: Path, folders: Iterable[str], group: int | None) -> None:
    """Let all who may enter read, and nobody write. Without a group of its own it is closed to other users."""
    for path in folders:
        (folder / path).chmod(RUNNABLE)
    if group is not None:
        os.chown(folder, 0, group)
    folder.chmod(0o550 if group is not None else 0o500)


def _fault(item: Item, message: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(
        [documents.fault(item.path, 1, message, remedy, id="application-file")], where="the files of an application"
    )
