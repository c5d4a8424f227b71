"""Outputs of setups → a folder beside the store where they are found again by what they were made from."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from pathlib import Path

from llmgate.processes import removal
from llmgate.processes.outputs import CONTENT, Output

KEPT = 4
NOTE, PARTIAL = "note.json", ".partial-"


class Shelf:
    """Outputs by key in a folder beside the store. Only whole ones are there; the last few used are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> Output | None:
        place = self._folder / key
        try:
            note = json.loads((place / NOTE).read_bytes())
            found = Output(folder=place, made_in=str(note["made_in"]), speaking=frozenset(note["speaking"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        with contextlib.suppress(OSError):
            os.utime(place)
        return found

    def put(self, key: str, output: Output) -> Output:
        """Keep an output; where another run has put one there first, that one is as good."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._folder / f"{PARTIAL}{secrets.token_hex(8)}"
        try:
            partial.mkdir(mode=0o700)
            shutil.move(output.folder / CONTENT, partial / CONTENT)
            note = {"made_in": output.made_in, "speaking": sorted(output.speaking)}
            (partial / NOTE).write_text(json.dumps(note))
            with contextlib.suppress(OSError):
                partial.rename(self._folder / key)
        finally:
            removal.remove(partial)
        self._forget()
        return self.find(key) or output

    def _forget(self) -> None:
        kept = [each for each in self._folder.iterdir() if not each.name.startswith(PARTIAL)]
        for old in sorted(kept, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT:]:
            removal.remove(old)
