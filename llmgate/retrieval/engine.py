"""What a retrieval engine is: words → the documents that it finds, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MAX_WORDS = 64
"""Different words of a question that are searched for; a longer one is cut, so that a search stays quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk with its text, as an engine searches it."""

    id: str
    document: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that was found; a higher score is a better match."""

    id: str
    document: str
    text: str
    score: float | None = None


class Engine(Protocol):
    """Searches one state of an index. The same words give the same hits."""

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        """Return at most `k` hits, the best first, ties in the order of their ids.

        Raises:
            RenderError: where this revision's engine or its settings are at fault.
            NotEvaluated: where what it asks is out of reach.
        """
