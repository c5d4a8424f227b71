"""What kind of failure a trial is, how sure that is, and the lines that show it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How far a label carries: `high` where the trace itself shows the break, `low` where only words hint at it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Source(StrEnum):
    """Who says so. A failed assertion is nearer than its fixture; both win over the signs in the trace."""

    HAND = "hand"
    ASSERTION = "assertion"
    SIGNS = "signs"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One kind of failure. `category` and `code` are ids of the taxonomy; `evidence` is hostile text, a fact a line."""

    category: str
    code: str | None = None
    confidence: Confidence
    source: Source = Source.SIGNS
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The label of a failing trial; `signs` is what the trace alone shows, which `primary` is where nobody said else.

    `secondary` are further breaks that were seen, each another category.
    """

    primary: Label
    signs: Label
    secondary: tuple[Label, ...] = ()
