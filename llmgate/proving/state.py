"""What a proof is asked for and what is gathered for it: revisions, rules, counts, and the result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from llmgate.stats import separation
from llmgate.trial import Arm, Graded, Outcome

FAILING, PASSING = Arm.BASE, Arm.HEAD
"""The arms that the revision with the failure and the one with the fix are run as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A commit, and what it was called."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a proof has to reach: `repeats` trials on each revision at most, tested at `alpha`."""

    repeats: int
    alpha: float
    max_error_share: float

    @property
    def most_lost(self) -> int:
        return math.floor(self.max_error_share * self.repeats)


@dataclass(slots=True, kw_only=True)
class Drawn:
    """One revision's trials: how they ended, and why the first that failed did."""

    passed: int = 0
    failed: int = 0
    lost: int = 0
    failing: str = ""
    error: str = ""

    @property
    def count(self) -> separation.Count:
        return separation.Count(passed=self.passed, trials=self.passed + self.failed)

    def add(self, graded: Graded) -> None:
        match graded.outcome:
            case Outcome.PASSED:
                self.passed += 1
            case Outcome.FAILED:
                self.failed += 1
                self.failing = self.failing or graded.reason
            case Outcome.ERROR:
                self.lost += 1
                self.error = self.error or graded.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was found: the outcome, the p-value that holds whatever open trials would show, and both counts."""

    separates: bool
    p_value: float
    rules: Rules
    drawn: Mapping[Arm, Drawn]

    @property
    def spared(self) -> int:
        """How many trials, on both revisions together, were not needed."""
        done = sum(one.count.trials + one.lost for one in self.drawn.values())
        return 2 * self.rules.repeats - done

    @property
    def enough(self) -> int | None:
        """The repeats that rates like these would need, where the outcome hangs on their number."""
        fails, passes = self.drawn[FAILING].count, self.drawn[PASSING].count
        return None if self.separates else separation.enough(fails, passes, self.rules.alpha)
