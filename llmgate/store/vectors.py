"""Embeddings by the digest of what was embedded: paid for once, whichever trial, arm or experiment asks for them."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from llmgate.store.file import File
from llmgate.store.journal import Write
from llmgate.store.seals import Seals
from llmgate.trial import Vector

NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A vector as it was journaled, and the name under which its model answered."""

    vector: Vector
    served_model: str | None = None


class Vectors:
    """The store's table of vectors. Numbers are kept with the precision that embeddings have, 32 bits."""

    def __init__(self, file: File) -> None:
        self._file = file

    def find(self, key: str) -> Kept | None:
        """Find the vector that was already paid for, or None. A torn one is forgotten, so that it can be replaced."""
        rows = self._file.execute("SELECT numbers, served, seal FROM vector WHERE key = ?", (key,))
        if not rows:
            return None
        numbers, served, _ = rows[0]
        vector = _unpacked(numbers) if self._file.seals.fit("vector", rows[0], (key,)) else None
        if vector is None:
            self._file.forget("vectors were damaged: they are made anew", "DELETE FROM vector WHERE key = ?", (key,))
            return None
        return Kept(vector=vector, served_model=served)

    async def keep(self, made: Iterable[tuple[str, Kept]]) -> None:
        """Journal vectors by their keys, together. What another run has journaled first stays."""
        await self._file.journal.write(*(_write(key, kept, self._file.seals) for key, kept in made))


def _write(key: str, kept: Kept, seals: Seals) -> Write:
    row = (key, struct.pack(f"<{len(kept.vector)}f", *kept.vector), kept.served_model)
    statement = "INSERT OR IGNORE INTO vector (key, numbers, served, seal) VALUES (?, ?, ?, ?)"
    return Write(statement=statement, values=(*row, seals.seal("vector", *row)))


def _unpacked(numbers: object) -> Vector | None:
    if not isinstance(numbers, bytes) or not numbers or len(numbers) % NUMBER_BYTES:
        return None
    vector = struct.unpack(f"<{len(numbers) // NUMBER_BYTES}f", numbers)
    return vector if all(map(math.isfinite, vector)) else None
