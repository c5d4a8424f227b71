"""Turn a fixture's pass counts on two revisions into whether they tell the revisions apart.

A fixture *separates* two revisions when Fisher's exact test, one-sided, reaches alpha, and it fails in most trials on
the one and passes in most on the other: counts that differ by more than chance, 6/20 and 0/20 say, are no proof where
the fix mostly fails too.

The number of trials is chosen before. Trials without an outcome, not drawn yet or lost, are *open*: whatever they would
show is allowed for, so that an outcome that is certain early is the one that all trials would have had (curtailed
sampling), and missing data can neither make nor break a proof.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from llmgate.stats import fisher, sample_size

MOST_REPEATS = 200
_SLACK = 1 + 1e-9  # 1/20 is 0.05 in exact arithmetic


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Trials with an outcome, and how many of them passed."""

    passed: int
    trials: int

    def plus(self, trials: int, *, passing: bool) -> Count:
        return Count(passed=self.passed + trials * passing, trials=self.trials + trials)

    def completed(self, repeats: int, *, passing: bool) -> Count:
        """Return the count in which every open trial passes, or none does."""
        return self.plus(repeats - self.trials, passing=passing)


def p_value(fails: Count, passes: Count) -> float:
    """Return P(`fails` has as few passes as observed | all passes), the one-sided Fisher test; no trial gives 1."""
    if not fails.trials or not passes.trials:
        return 1.0
    row = np.array([[passes.passed, passes.trials, fails.passed, fails.trials]], dtype=np.int64)
    return float(fisher.worse(row)[0])


def bound(fails: Count, passes: Count, repeats: int) -> float:
    """Return the largest p-value that the open trials can leave: valid however early sampling stopped."""
    return p_value(*_completed(fails, passes, repeats, against=True))


def separates(fails: Count, passes: Count, alpha: float) -> bool:
    """Tell whether full counts separate, by the rule of this module."""
    mostly = 2 * fails.passed < fails.trials and 2 * passes.passed > passes.trials
    return mostly and p_value(fails, passes) <= alpha * _SLACK


def settled(fails: Count, passes: Count, repeats: int, alpha: float) -> bool | None:
    """Return the outcome that every completion of the open trials has; None where it still hangs on them.

    Both the test and the majorities are monotone: a pass more where it should fail, or a failure more where it should
    pass, never helps. So the two extreme completions have all others between them, those with missing trials too.
    """
    worst = separates(*_completed(fails, passes, repeats, against=True), alpha)
    best = separates(*_completed(fails, passes, repeats, against=False), alpha)
    return worst if worst == best else None


def _completed(fails: Count, passes: Count, repeats: int, *, against: bool) -> tuple[Count, Count]:
    return fails.completed(repeats, passing=against), passes.completed(repeats, passing=not against)


def fewest(fails: Count, passes: Count, repeats: int, alpha: float, *, left: int) -> int:
    """Return the fewest trials on each revision, of those `left`, after which the outcome can be settled."""
    for more in range(1, left):
        for against in (False, True):
            later = fails.plus(more, passing=against), passes.plus(more, passing=not against)
            if settled(*later, repeats, alpha) is not None:
                return more
    return left


def smallest_p(repeats: int) -> float:
    """Return the p-value of 0 of `repeats` against all of them: 1 / C(2n, n)."""
    return 1 / math.comb(2 * repeats, repeats)


def least_repeats(alpha: float) -> int:
    """Return the fewest repeats that can reach alpha at all."""
    return next(repeats for repeats in itertools.count(1) if smallest_p(repeats) <= alpha * _SLACK)


def enough(fails: Count, passes: Count, alpha: float) -> int | None:
    """Return the repeats that would separate rates like these four times out of five; None where none would.

    Miller's sample size of two independent rates, each with a pass and a failure added, one-sided.
    """
    failing, passing = ((one.passed + 1) / (one.trials + 2) for one in (fails, passes))
    if not failing < 0.5 < passing:
        return None
    wanted = sample_size.questions(
        drop=passing - failing,
        between=0.0,
        within_base=passing * (1 - passing),
        within_head=failing * (1 - failing),
        alpha=2 * alpha,
    )
    return max(least_repeats(alpha), math.ceil(wanted))
