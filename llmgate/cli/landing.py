"""Drawn files → files on disk: all of them or none, nothing written over, and no link followed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from llmgate.errors import UsageError
from llmgate.init import File

FILE_MODE = 0o644


def land(root: Path, files: Iterable[File]) -> None:
    """Write the files below a folder.

    Raises:
        UsageError: where one cannot be written, or is not what it was when it was read; then nothing has changed.
    """
    landing = _Landing(root=root.resolve())
    try:
        for file in files:
            landing.stage(file)
        landing.commit()
    except OSError as error:
        landing.undo()
        where = error.filename if isinstance(error.filename, str) else str(root)
        raise UsageError(
            f"{where} cannot be written: {error.strerror}", id="not-writable", remedy="nothing was changed"
        ) from error
    except BaseException:
        landing.undo()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staged:
    """A file with its new content, beside the place that it goes to."""

    path: Path
    beside: Path
    before: bytes | None


@dataclass(slots=True, kw_only=True)
class _Landing:
    """What has been done so far, so that it can be undone."""

    root: Path
    folders: list[Path] = field(default_factory=list)
    staged: list[_Staged] = field(default_factory=list)
    landed: list[_Staged] = field(default_factory=list)

    def stage(self, file: File) -> None:
        path = self.root / file.path
        self._folder(path.parent)
        before = None if file.before is None else file.before.encode()
        _see(path, before)
        number, name = tempfile.mkstemp(prefix=".llmgate-", dir=path.parent)
        self.staged.append(_Staged(path=path, beside=Path(name), before=before))
        with os.fdopen(number, "wb") as handle:
            handle.write(file.text.encode())
            handle.flush()
            os.fsync(handle.fileno())
        Path(name).chmod(FILE_MODE if before is None else path.stat().st_mode & 0o777)

    def _folder(self, folder: Path) -> None:
        """Make a folder with those above it; one that is a link could lead out of the repository."""
        for each in reversed([folder, *folder.parents]):
            if not each.is_relative_to(self.root) or each == self.root:
                continue
            if each.is_symlink():
                raise UsageError(
                    f"{each} is a symbolic link", id="not-writable", remedy="make it a folder; nothing was changed"
                )
            if not each.exists():
                each.mkdir()
                self.folders.append(each)

    def commit(self) -> None:
        for each in self.staged:
            if each.before is None:
                os.link(each.beside, each.path)  # fails where somebody made the file meanwhile
                self.landed.append(each)
                each.beside.unlink()
            else:
                _see(each.path, each.before)
                each.beside.replace(each.path)
                self.landed.append(each)

    def undo(self) -> None:
        for each in reversed(self.landed):
            if each.before is None:
                each.path.unlink(missing_ok=True)
            else:
                each.path.write_bytes(each.before)
        for each in self.staged:
            each.beside.unlink(missing_ok=True)
        for folder in reversed(self.folders):
            with contextlib.suppress(OSError):  # somebody else has put something there
                folder.rmdir()


def _see(path: Path, before: bytes | None) -> None:
    """See that a file is as it was when it was read, and is none where there was none."""
    if path.is_symlink() or (before is None and path.exists()):
        raise UsageError(f"{path} is there already", id="not-writable", remedy="move it; nothing was changed")
    if before is not None and path.read_bytes() != before:
        raise UsageError(
            f"{path} is not the text that was read", id="not-writable", remedy="is it UTF-8? nothing was changed"
        )
