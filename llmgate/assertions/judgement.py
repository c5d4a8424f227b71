"""What a check thinks of a trace, as one value: passed, score, a short reason, and the parts it was made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from llmgate.trial import Grade

MAX_REASON_CHARS = 300
MAX_QUOTE_CHARS = 60
MAX_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`score` is in [0, 1]; `reason` states a fact that reads well beside `passed` and beside its opposite."""

    passed: bool
    score: float
    reason: str
    parts: tuple[Grade, ...] = ()
    error: str | None = None


def verdict(passed: bool, reason: str) -> Judgement:  # noqa: FBT001 - a verdict is its truth value
    """All or nothing: score 1 or 0."""
    return Judgement(passed=passed, score=1.0 if passed else 0.0, reason=reason)


def printable(text: str, limit: int) -> str:
    """Hostile text on one line of at most `limit` characters."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)


def short(reason: str) -> str:
    return printable(reason, MAX_REASON_CHARS)


def quoted(text: str) -> str:
    return f'"{printable(text, MAX_QUOTE_CHARS)}"'


def listed(texts: Iterable[str]) -> str:
    """The first few texts in quotes; `nothing` for none."""
    every = list(texts)
    shown = ", ".join(quoted(text) for text in every[:MAX_LISTED])
    rest = len(every) - MAX_LISTED
    return (f"{shown} and {rest} more" if rest > 0 else shown) or "nothing"
