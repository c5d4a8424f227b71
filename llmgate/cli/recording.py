"""The file of a fixture in the worktree: found by path or id, read, and written again with its proof."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llmgate import documents, fixture, git, sides
from llmgate.cli import outside
from llmgate.documents import rewriting
from llmgate.errors import ConfigurationError, UsageError
from llmgate.fixture import Proof
from llmgate.suite import Stored

KEY = "proven"
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A fixture of the worktree, with the bytes of its file as they were read."""

    path: Path
    data: bytes
    stored: Stored
    pointer: tuple[int, ...]


def find(history: git.Repository, commit: str, named: str) -> Source:
    """Find a fixture by its file, `file#id` or id. `commit` is the worktree's snapshot.

    Raises:
        UsageError: where there is none, or several, or the file is not one of the repository.
        ConfigurationError: where the file has faults.
    """
    written, _, fragment = named.rpartition("#")
    for name, of in ((named, ""), (written or named, fragment if written else "")):
        for path in (Path(name), history.root / name):
            if path.is_file():
                return _chosen(_inside(path, history.root), history.root, of or None)
    if written:
        raise UsageError(
            f"there is no file {written[:200]!r}",
            id="no-such-file",
            remedy="name a file of the worktree, or a fixture by its id",
        )
    return _by_id(history, commit, named)


def _by_id(history: git.Repository, commit: str, name: str) -> Source:
    loaded = sides.fixtures(history, commit, outside.configuration(history, commit))
    if (stored := loaded.fixtures.get(name)) is None:
        known = ", ".join(sorted(loaded.fixtures)[:MOST_NAMED]) or "none"
        unread = "; some cannot be read: `llmgate check` says why" if loaded.faults else ""
        raise UsageError(
            f"there is no file and no fixture {name[:200]!r} in the worktree",
            id="no-such-file",
            remedy=f"name a file, `file#id` or an id of the suite, such as {known}{unread}",
        )
    return _chosen(_inside(history.root / stored.file, history.root), history.root, name)


def _inside(path: Path, root: Path) -> Path:
    """Follow folders, but not a link in the file's place: what is written must be a file of this repository."""
    real = path.resolve()
    if path.is_symlink() or not real.is_relative_to(root.resolve()):
        what = "is a link" if path.is_symlink() else "is outside the repository"
        raise UsageError(
            f"{path} {what}",
            id="no-such-file",
            remedy="name a regular file of the worktree; a proof is written into it",
        )
    return real


def _chosen(path: Path, root: Path, name: str | None) -> Source:
    shown = path.relative_to(root.resolve()).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{shown} cannot be read: {error.strerror}", id="no-such-file", remedy="make it readable"
        ) from error
    document = documents.read(shown, data)
    found, faults = fixture.located(document)
    if faults:
        raise ConfigurationError(faults)
    several = isinstance(document.value, list)
    for place, each in enumerate(found):
        if each.fixture.id == name or (name is None and len(found) == 1):
            stored = Stored(fixture=each.fixture, file=shown, line=each.line)
            return Source(path=path, data=data, stored=stored, pointer=(place,) if several else ())
    raise _unnamed(shown, name, [each.fixture.id for each in found])


def _unnamed(shown: str, name: str | None, ids: Sequence[str]) -> UsageError:
    listed = ", ".join(ids[:MOST_NAMED]) + (f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else "")
    if name is None:
        first = ids[0] if ids else "ID"
        return UsageError(
            f"{shown} has {len(ids)} fixtures: {listed or 'none'}",
            id="no-such-fixture",
            remedy=f"name one: {shown}#{first}",
        )
    return UsageError(
        f"{shown} has no fixture {name[:200]!r}", id="no-such-fixture", remedy=f"it has: {listed or 'none'}"
    )


def record(source: Source, proof: Proof) -> None:
    """Write the proof into the fixture's file; nothing else of it changes.

    Raises:
        UsageError: where the file was edited meanwhile, cannot be written, or would change otherwise too.
    """
    shown = source.stored.file
    edit = rewriting.Edit(path=shown, pointer=source.pointer, key=KEY, value=proof.model_dump(mode="json"))
    remedy = f"add this to fixture {source.stored.fixture.id!r} yourself:\n{rewriting.entry(edit)}"
    if (made := rewriting.applied(edit, source.data)) is None:
        raise UsageError(
            f"{shown} was left as it is: the proof cannot be put in without changing more",
            id="not-writable",
            remedy=remedy,
        )
    try:
        if source.path.is_symlink() or source.path.read_bytes() != source.data:
            raise UsageError(
                f"{shown} was left as it is: it was edited during the run", id="not-writable", remedy=_EDITED
            )
        put(source.path, made)
    except OSError as error:
        raise UsageError(f"{shown} cannot be written: {error.strerror}", id="not-writable", remedy=remedy) from error


_EDITED = "run it again: it makes no call where what bears on a trial is unchanged"


def put(path: Path, data: bytes) -> None:
    """Write beside a file and put the new one in its place: it is the old or the new one at any time."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), path.stat().st_mode & 0o7777)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
