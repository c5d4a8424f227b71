"""Turn the screen of one fixture and its true rates into the probability that it blocks by itself, exactly."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmgate.stats import fixture_evidence

POWER = 0.8
_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """How a suspect is confirmed: the evidence that it needs by itself, where it is given up, and the most pairs."""

    needed: float
    futility: float
    most: int
    margin: float


def reach(stored: float, base: float, head: float, rules: Confirming) -> float:
    """Return P(a suspect's evidence reaches what is needed within the most pairs, before it is given up).

    `stored` is the rate that the bets are fixed on. The evidence hangs on the counts of passes of both arms alone, so
    the state after t pairs is (base passes, head passes), and each step is one convolution: exact, (most + 1)² states.
    Assumes independent pairs, and that no other suspect shares the evidence.
    """
    start = fixture_evidence.start(stored, rules.margin)
    alive = np.ones((1, 1))
    reached = 0.0
    for pairs in range(1, rules.most + 1):
        alive = _after_one_pair(alive, base, head)
        values = _values(start, pairs)
        reached += float(alive[values >= rules.needed].sum())
        alive = np.where((values >= rules.needed) | (values < rules.futility), 0.0, alive)
    return reached


def _after_one_pair(alive: NDArray[np.float64], base: float, head: float) -> NDArray[np.float64]:
    after = np.zeros((len(alive) + 1, len(alive) + 1))
    after[:-1, :-1] += alive * (1 - base) * (1 - head)
    after[1:, :-1] += alive * base * (1 - head)
    after[:-1, 1:] += alive * (1 - base) * head
    after[1:, 1:] += alive * base * head
    return after


def _values(start: fixture_evidence.FixtureEvidence, pairs: int) -> NDArray[np.float64]:
    """Return the evidence for every number of base passes (rows) and head passes (columns)."""
    passed = np.arange(pairs + 1)
    total = np.zeros((pairs + 1, pairs + 1))
    for share, bet in zip(fixture_evidence.PRIOR, start.bets, strict=True):
        base = passed * bet.base_pass + (pairs - passed) * bet.base_fail
        head = passed * bet.head_pass + (pairs - passed) * bet.head_fail
        total += share * np.exp(np.clip(base[:, None] + head[None, :], -700, 700))
    return total


def smallest_drop(samples: int, rules: Confirming, *, stored: int) -> float | None:
    """Return the smallest drop of a fixture that always passes which is blocked with power .8, to whole points.

    With every one of its `stored` outcomes passed, the screen flags it as soon as one of its `samples` fails:
    P(block) = (1 - head^samples) · reach, which only grows with the drop. None where even a complete break is not.
    """
    rate = fixture_evidence.base_rate(stored, stored)

    def is_seen(step: int) -> bool:
        head = 1 - step / _STEPS
        return (1 - head**samples) * reach(rate, 1.0, head, rules) >= POWER

    return bisect.bisect_left(range(_STEPS), x=True, key=is_seen) / _STEPS if is_seen(_STEPS) else None
