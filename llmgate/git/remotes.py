"""The text of a clone's configuration → the address of `origin`, as somebody wrote it.

Nothing of the file is obeyed: no include is followed, no rule rewrites the address, and git is not told of it.
"""

from __future__ import annotations

import re
import stat

from llmgate.git.workspace import Workspace

MAX_BYTES = 64 * 1024

_ORIGIN = re.compile(r"^\s*\[remote \"origin\"\]\s*$")
_SECTION = re.compile(r"^\s*\[")
_ADDRESS = re.compile(r"^\s*url\s*=\s*(\S{1,2000})\s*$")


def origin(workspace: Workspace) -> str | None:
    inside = False
    for line in _lines(workspace):
        if _SECTION.match(line):
            inside = _ORIGIN.match(line) is not None
        elif inside and (found := _ADDRESS.match(line)):
            return found[1]
    return None


def _lines(workspace: Workspace) -> list[str]:
    path = workspace.common / "config"
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return []
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
