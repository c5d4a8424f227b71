"""A retrieval command and a revision's files → a folder with them, and what starts the command there, contained."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from llmgate import patterns
from llmgate.errors import RenderError
from llmgate.processes import containment, removal
from llmgate.processes.containment import Identity
from llmgate.processes.launching import Launcher
from llmgate.retrieval.indexes import Indexes

MAX_EXPORTED_FILES = 20_000
MAX_EXPORTED_BYTES = 256 * 1024 * 1024


class Programs:
    """Makes rooms for commands. Each has a user of its own, where there can be one, until `stack` is closed."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._containment = containment.detect()
        stack.callback(self._containment.close)

    def room(self, indexes: Indexes, wanted: tuple[str, ...]) -> tuple[Path, Launcher]:
        folder = Path(tempfile.mkdtemp(prefix="llmgate-retrieval-"))
        self._stack.callback(removal.remove, folder)
        if group := self._containment.lend_group():
            self._stack.callback(group.give_back)
            containment.check_reachable(folder)
        identity = self._stack.enter_context(self._containment.lent(group))
        _export(indexes, wanted, folder, identity)
        return folder, Launcher(supervisor=self._containment.command, identity=identity)


def _export(indexes: Indexes, wanted: tuple[str, ...], folder: Path, owner: Identity | None) -> None:
    """Write this revision's files that a command needs into a folder of its own."""
    matches = patterns.matcher(wanted)
    paths = [path for path in indexes.paths if matches(path)]
    if len(paths) > MAX_EXPORTED_FILES:
        raise RenderError(
            f"the retrieval command needs {len(paths):,} files; at most {MAX_EXPORTED_FILES:,} are given",
            id="too-large",
        )
    written = 0
    for path in paths:
        data = indexes.read(path)
        if (written := written + len(data)) > MAX_EXPORTED_BYTES:
            raise RenderError(
                f"the retrieval command needs more than {MAX_EXPORTED_BYTES:,} bytes of files", id="too-large"
            )
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(0o700)
    if owner is not None:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, owner.user, owner.group, follow_symlinks=False)
