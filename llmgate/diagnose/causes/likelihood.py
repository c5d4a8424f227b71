"""Trials of one arm → whether it passes as often as the base or as seldom as the head, by the ratio of likelihoods."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from llmgate.stats import fixture_evidence

ODDS = 40.0
"""How much better one of the two rates must explain the trials than the other; Wald's bound of an error is 1/ODDS."""
MAX_TRIALS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The pass rates between which it is decided."""

    well: float
    broken: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """A sequential test of two rates (Wald 1945): cheap, and enough to search by, not to name anything by.

    `ratio` is the log of how much better `ends.well` explains the trials.
    """

    ends: Ends
    ratio: float = 0.0
    trials: int = 0

    @property
    def is_well(self) -> bool:
        return self.ratio >= math.log(ODDS)

    @property
    def is_broken(self) -> bool:
        return self.ratio <= -math.log(ODDS)

    @property
    def is_settled(self) -> bool:
        return self.is_well or self.is_broken or self.trials >= MAX_TRIALS

    def after(self, *, passed: bool) -> Likelihood:
        well, broken = self.ends.well, self.ends.broken
        gain = math.log(well / broken) if passed else math.log((1 - well) / (1 - broken))
        return replace(self, ratio=self.ratio + gain, trials=self.trials + 1)


def ends(base: tuple[int, int], head: tuple[int, int]) -> Ends | None:
    """Take the rates from passes and trials of both ends, shrunk to the middle; None where the head is no worse."""
    well, broken = (fixture_evidence.base_rate(*count) for count in (base, head))
    broken = min(broken, 1 - fixture_evidence.base_rate(head[1] - head[0], head[1]))
    return Ends(well=well, broken=max(broken, 0.03)) if well > broken else None
