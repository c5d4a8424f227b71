"""A seed and a whole request → shares in [0, 1): the same bytes give the same draws, any other bytes give others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Dice:
    """Draws that depend on the request alone; each `what` has a draw of its own."""

    key: bytes

    @classmethod
    def of(cls, body: Mapping[str, Any], *, seed: int) -> Self:
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return cls(key=hashlib.sha256(f"{seed}\0{canonical}".encode()).digest())

    def share(self, what: str) -> float:
        return int.from_bytes(hashlib.sha256(self.key + what.encode()).digest()[:8], "big") / 2**64

    def happens(self, what: str, probability: float) -> bool:
        return self.share(what) < probability

    def pick(self, what: str, options: Sequence[str]) -> str:
        return options[int(self.share(what) * len(options))]

    def name(self, what: str) -> str:
        """Twelve hexadecimal digits, for ids."""
        return hashlib.sha256(self.key + what.encode()).hexdigest()[:12]
