"""Pairs of one mixed arm with the head and with the base → whether it is better than the head, worse than the base."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from llmgate.stats import fixture_evidence
from llmgate.stats.fixture_evidence import FixtureEvidence

MAX_PAIRS = 32
FUTILITY = 0.25


class Standing(StrEnum):
    """What pairs have shown of an arm. `PARTLY`: better than the head and worse than the base, both at once."""

    WELL = "well"
    PARTLY = "partly"
    BROKEN = "broken"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """The evidence of one arm against both ends, each an e-value on its own pairs (statistics of the gate's fixtures).

    `limit` is what an e-value must reach: 1/alpha times the number of claims that are tested with it.
    """

    better: FixtureEvidence
    worse: FixtureEvidence
    limit: float
    pairs: int = 0

    @property
    def standing(self) -> Standing:
        better, worse = self.better.value >= self.limit, self.worse.value >= self.limit
        if better and worse:
            return Standing.PARTLY
        if better:
            return Standing.WELL
        return Standing.BROKEN if worse else Standing.OPEN

    @property
    def is_settled(self) -> bool:
        """Whether more pairs would tell no more: one claim is shown and the other sinks, or both are shown."""
        values = sorted((self.better.value, self.worse.value))
        shown = values[1] >= self.limit and (values[0] >= self.limit or values[0] < 1)
        return shown or values[1] < FUTILITY or self.pairs >= MAX_PAIRS

    def after(self, *, base: bool | None, arm: bool | None, head: bool | None) -> Contrast:
        """Return the state after a round; a claim whose pair is incomplete learns nothing."""
        if arm is None:
            return self
        better = self.better if head is None else self.better.after(base=arm, head=head)
        worse = self.worse if base is None else self.worse.after(base=base, head=arm)
        return replace(self, better=better, worse=worse, pairs=self.pairs + 1)


def start(*, rate: float, margin: float, limit: float) -> Contrast:
    """Fix the bets before the first pair: an arm that is well passes as the base does, at about `rate`."""
    evidence = fixture_evidence.start(rate, margin)
    return Contrast(better=evidence, worse=evidence, limit=limit)
