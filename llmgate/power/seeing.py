"""A suite under a policy → what its gate would see: gates simulated for every break and screen, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from llmgate.power.breaks import Break, broken
from llmgate.power.rates import Drawing
from llmgate.power.simulating import ByRates, Gated, Procedure, Screen, Until
from llmgate.stats import clopper_pearson
from llmgate.stats.interval import Interval

SCREENS: tuple[Screen, ...] = (1, 2, 3, 5)
AT_OTHER_SCREENS = (Break.NOTHING, Break.ONE, Break.HALF, Break.TWO_POINTS, Break.FIVE_POINTS)
MOST_REPEATS = 10_000


@dataclass(slots=True, kw_only=True)
class Seen:
    """How the simulated gates of one break ended. `caught` had the break among what the screen suspected."""

    repeats: int = 0
    blocked: int = 0
    caught: int = 0
    passed: int = 0
    trials: np.ndarray | None = field(default=None, repr=False)

    def add(self, gated: Gated, places: frozenset[int]) -> None:
        self.repeats += 1
        self.blocked += gated.blocked
        self.passed += gated.passed
        self.caught += gated.suite or bool(gated.suspects & places if places else gated.suspects)
        added = np.array(gated.trials, dtype=np.int64)
        self.trials = added if self.trials is None else self.trials + added

    def calls(self, each: Sequence[int]) -> float:
        """Return the mean number of calls of a gate, where a trial of each fixture takes so many."""
        total = 0 if self.trials is None else int(self.trials @ np.array(each, dtype=np.int64))
        return total / self.repeats if self.repeats else 0.0

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the probability of a block, which shows how far the simulation can be off."""
        return clopper_pearson.interval(self.blocked, self.repeats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One break under one screen."""

    kind: Break
    screen: Screen


def cells(screen: Screen) -> tuple[Cell, ...]:
    """List what is simulated: every break under the policy's screen, the telling ones under others."""
    others = [(kind, other) for other in SCREENS if other != screen for kind in AT_OTHER_SCREENS]
    return tuple(Cell(kind=kind, screen=at) for kind, at in (*((kind, screen) for kind in Break), *others))


def seen(procedure: Procedure, wanted: Sequence[Cell], *, repeats: int, over: Until) -> dict[Cell, Seen]:
    """Simulate up to so many gates of each cell, in turn, so that all have the same number when the time is over.

    The n-th gate of a cell is the same whatever comes after it: its chance comes from its place alone. Cells that
    the time does not reach in the first turn are left out, but for the first.
    """
    drawing = Drawing(procedure.suite)
    procedure = replace(procedure, suite=drawing.suite)
    found: dict[Cell, Seen] = {}
    for repeat in range(repeats):
        if repeat and over():
            break
        for place, cell in enumerate(wanted):
            if not repeat and found and over():
                return found
            generator = np.random.default_rng([place, repeat])
            base = drawing.rates(generator)
            head = broken(cell.kind, base, generator)
            world = ByRates(base=base, head=head.rates, generator=generator)
            found.setdefault(cell, Seen()).add(replace(procedure, screen=cell.screen).gate(world), head.places)
    return found
