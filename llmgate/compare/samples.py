"""The nouns of a comparison: counts of the screen, fresh pairs, and their tallies."""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Valid outcomes of one arm; errors are missing data and never counted."""

    passed: int
    trials: int

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.trials:
            raise ValueError(f"{self.passed} passes in {self.trials} trials is not a count")

    @property
    def rate(self) -> float:
        return self.passed / self.trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """One replayed fixture with its baseline and its screen; either arm needs at least one valid trial."""

    fixture: str
    base: Count
    head: Count
    critical: bool = False
    weight: float = 1.0

    def __post_init__(self) -> None:
        for arm, count in (("base", self.base), ("head", self.head)):
            if not count.trials:
                raise ValueError(f"fixture {self.fixture!r} has no valid {arm} trial: leave it out of the comparison")
        if not 0 < self.weight < math.inf:
            raise ValueError(f"fixture {self.fixture!r}: the weight must be above 0 and finite, not {self.weight}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Whether the base and the head trial of one fresh, concurrent pair passed."""

    base: bool
    head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the fresh pairs of one fixture showed; `missed` counts the incomplete ones, which say nothing."""

    pairs: int = 0
    base_passed: int = 0
    head_passed: int = 0
    worse: int = 0
    missed: int = 0

    @property
    def better(self) -> int:
        return self.worse - self.base_passed + self.head_passed

    @property
    def difference(self) -> float:
        return (self.head_passed - self.base_passed) / self.pairs

    def after(self, pair: Pair | None) -> "Tally":
        if pair is None:
            return replace(self, missed=self.missed + 1)
        return Tally(
            pairs=self.pairs + 1,
            base_passed=self.base_passed + pair.base,
            head_passed=self.head_passed + pair.head,
            worse=self.worse + (pair.base and not pair.head),
            missed=self.missed,
        )
