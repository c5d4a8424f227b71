"""What an investigation of one broken fixture is: it says which arms it wants drawn next, and what it knows so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

Drawn = Mapping[str, bool | None]
"""One round: whether the trial of each wanted arm passed, by the arm's name; None where it said nothing."""

MAX_MISSING = 4
"""An arm that said nothing so often is not asked again: its request may be one that no provider takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Trials of one arm that had an outcome, and how many of them passed."""

    passed: int = 0
    trials: int = 0

    @property
    def rate(self) -> float | None:
        return self.passed / self.trials if self.trials else None

    def after(self, passed: bool) -> Count:  # noqa: FBT001 - an outcome is its truth value
        return Count(passed=self.passed + passed, trials=self.trials + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """The counts of an investigation's arms by name, and how often each said nothing."""

    counts: Mapping[str, Count] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str) -> Count:
        return self.counts.get(name, Count())

    def is_mute(self, name: str) -> bool:
        return self.missing.get(name, 0) >= MAX_MISSING

    def after(self, drawn: Drawn) -> Tallies:
        counts, missing = dict(self.counts), dict(self.missing)
        for name, passed in drawn.items():
            if passed is None:
                missing[name] = missing.get(name, 0) + 1
            else:
                counts[name] = self.of(name).after(passed)
        return Tallies(counts=counts, missing=missing)


class Investigation(Protocol):
    """A state. `wanted` are the arms of which the next round draws one trial each; none when it is done.

    It can be asked for what it knows at any time: a budget may end it between two rounds.
    """

    @property
    def wanted(self) -> tuple[str, ...]: ...

    def after(self, drawn: Drawn) -> Self:
        """Return the state after one more round, in which an arm that could not be drawn is None."""
        ...
