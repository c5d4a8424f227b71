"""What a setup left in its own copy of a tree → an output that nobody can change, kept, and placed into trees.

Programs that setups install write their own place into scripts (`#!/…/.venv/bin/python`) and into the files of editable
installs. Such files are listed when an output is sealed, and name the tree that they stand in when it is placed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from llmgate.errors import NotEvaluated
from llmgate.processes.containment import Identity
from llmgate.processes.trees import READABLE, RUNNABLE

MAX_ENTRIES = 400_000
MAX_DEPTH = 100
MAX_SPEAKING_BYTES = 1024 * 1024
"""Larger files do not have the place that they stand in changed."""
CONTENT = "content"
REMEDY = "let the setup leave a folder of plain files at `output`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A sealed folder, the tree that it was made in, and the files in it that name that tree."""

    folder: Path
    made_in: str
    speaking: frozenset[str]


def take(place: Path, output: str, target: Path, identity: Identity | None) -> Output:
    """Move what a setup left at `output` of `place` into the new folder `target`, and seal it.

    Raises:
        NotEvaluated: where it is no folder, or holds what cannot be kept.
    """
    source = place
    for part in output.split("/"):  # each on its own: a link on the way would lead to anything
        source = source / part
        if source.is_symlink() or not source.is_dir():
            raise NotEvaluated(f"the setup has left no folder at {output}", id="setup-failed", remedy=REMEDY)
    target.mkdir(mode=0o700)
    try:
        source.rename(target / CONTENT)
        speaking = frozenset(_sealed(target / CONTENT, str(place), identity))
    except OSError as error:
        raise NotEvaluated(
            f"what the setup left at {output} cannot be kept: {error.strerror}", id="setup-failed", remedy=REMEDY
        ) from error
    return Output(folder=target, made_in=str(place), speaking=speaking)


def place(output: Output, tree: Path, name: str, *, shared: bool) -> None:
    """Put a copy of an output into a tree at `name`; with `shared`, its files are the kept ones themselves.

    Raises:
        NotEvaluated: where something stands there already.
    """
    target = tree / name
    if os.path.lexists(target):
        raise NotEvaluated(
            f"a setup's output {name} is a file or folder of the repository",
            id="setup-failed",
            remedy="leave it out of `files`, or let `output` be another folder",
        )
    copying = _Copying(output=output, tree=tree, target=target, shared=shared)
    try:
        with _opened(tree, name):
            target.parent.mkdir(mode=RUNNABLE | 0o200, parents=True, exist_ok=True)
            copying.run()
    except OSError as error:
        raise NotEvaluated(
            f"a setup's output cannot be placed at {name}: {error.strerror}", id="setup-failed", remedy=REMEDY
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copying:
    output: Output
    tree: Path
    target: Path
    shared: bool

    def run(self) -> None:
        folders = [path for path in walk(self.output.folder / CONTENT) if self._put(path)]
        for path in folders:
            (self.target / path).chmod(RUNNABLE)

    def _put(self, path: str) -> bool:
        """Put one file, link or folder; tell whether it is a folder."""
        source, target = self.output.folder / CONTENT / path, self.target / path
        mode = source.lstat().st_mode
        if stat.S_ISDIR(mode):
            target.mkdir(mode=0o700)
        elif stat.S_ISLNK(mode):
            target.symlink_to(str(source.readlink()).replace(self.output.made_in, str(self.tree)))
        elif path in self.output.speaking:
            target.write_bytes(source.read_bytes().replace(os.fsencode(self.output.made_in), os.fsencode(self.tree)))
            target.chmod(stat.S_IMODE(mode))
        else:
            self._share(source, target)
        return stat.S_ISDIR(mode)

    def _share(self, source: Path, target: Path) -> None:
        if self.shared:
            with contextlib.suppress(OSError):  # another file system
                target.hardlink_to(source)
                return
        shutil.copy(source, target)


@contextlib.contextmanager
def _opened(tree: Path, name: str) -> Iterator[None]:
    """Let ourselves write into the folders on the way to `name`, where we are not root."""
    folders = [tree, *(tree / parent for parent in PurePosixPath(name).parents if (tree / parent).is_dir())]
    modes = [(folder, stat.S_IMODE(folder.stat().st_mode)) for folder in folders]
    for folder, mode in modes:
        folder.chmod(mode | 0o200)
    try:
        yield
    finally:
        for folder, mode in modes:
            folder.chmod(mode)


def _sealed(content: Path, made_in: str, identity: Identity | None) -> Iterator[str]:
    """Take every file away from the setup's user; yield the paths of those that name the tree."""
    for path in walk(content):
        here = content / path
        found = here.lstat()
        if identity is not None and found.st_uid != identity.user:
            raise NotEvaluated(
                f"the setup has left {str(path)[:200]!r} as another user's in its output",
                id="setup-failed",
                remedy=REMEDY,
            )
        if stat.S_ISDIR(found.st_mode):
            _own(here, RUNNABLE | 0o200, identity)
        elif stat.S_ISREG(found.st_mode):
            _own(here, RUNNABLE if found.st_mode & 0o100 else READABLE, identity)
            if found.st_size <= MAX_SPEAKING_BYTES and _speaks(here.read_bytes(), made_in):
                yield path
        elif not stat.S_ISLNK(found.st_mode):
            here.unlink()


def walk(content: Path) -> Iterator[str]:
    """Yield every path below a folder, folders before what is in them, and first "." for the folder itself.

    Raises:
        NotEvaluated: where there are more, or they are deeper, than is kept.
    """
    pending, seen = ["."], 1
    yield "."
    while pending:
        folder = pending.pop()
        with os.scandir(content / folder) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        if (seen := seen + len(found)) > MAX_ENTRIES or folder.count("/") > MAX_DEPTH:
            raise NotEvaluated(
                f"the setup has left more than {MAX_ENTRIES:,} files, or folders deeper than {MAX_DEPTH}",
                id="setup-failed",
                remedy=REMEDY,
            )
        for name, is_folder in found:
            yield f"{folder}/{name}"
            if is_folder:
                pending.append(f"{folder}/{name}")


def _own(here: Path, mode: int, identity: Identity | None) -> None:
    if identity is not None:
        os.chown(here, os.geteuid(), os.getegid())
    here.chmod(mode)


def _speaks(data: bytes, made_in: str) -> bool:
    return os.fsencode(made_in) in data and b"\0" not in data
