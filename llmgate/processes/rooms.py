"""An identity → a home and a temporary folder of its own, for as long as one program runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmgate.processes import removal
from llmgate.processes.containment import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A folder that nobody else may enter. `temporary` is below it, so that what is left there goes too."""

    home: Path
    temporary: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {"HOME": str(self.home), "TMPDIR": str(self.temporary)}

    def letter(self, data: bytes) -> Path:
        """Write a file that the program can read."""
        path = self.home / "question.json"
        path.write_bytes(data)
        path.chmod(0o444)
        return path


@contextlib.asynccontextmanager
async def room(scratch: Path, identity: Identity | None) -> AsyncIterator[Room]:
    home = scratch / secrets.token_hex(8)
    made = Room(home=home, temporary=home / "tmp")
    try:
        for folder in (made.home, made.temporary):
            folder.mkdir(mode=0o700)
            if identity is not None:
                os.chown(folder, identity.user, identity.group)
        yield made
    finally:
        await asyncio.to_thread(removal.remove, home)
