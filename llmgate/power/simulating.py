"""True rates of both arms → one gate, decided by the gate's own procedures on outcomes that are drawn by lot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from llmgate import compare
from llmgate.compare import Count, Pair, Rules, Screened
from llmgate.power.rates import Known, Rates
from llmgate.sampling import screening

Screen = int | Literal["auto"]


class World(Protocol):
    """Where outcomes come from; fixtures are named by their place. A call of `trials` or of `pairs` is one set-up."""

    def trials(self, arm: int, sizes: Sequence[int]) -> Sequence[int]:
        """Return how many of so many trials of each fixture pass on an arm (0 base, 1 head)."""

    def pairs(self, places: Sequence[int]) -> Sequence[tuple[bool, bool]]:
        """Return whether the halves of one fresh pair of each fixture pass, base and head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRates:
    """Independent trials, at these rates."""

    base: Rates
    head: Rates
    generator: np.random.Generator

    def trials(self, arm: int, sizes: Sequence[int]) -> Sequence[int]:
        return [int(passed) for passed in self.generator.binomial(sizes, self.head if arm else self.base)]

    def pairs(self, places: Sequence[int]) -> Sequence[tuple[bool, bool]]:
        drawn = self.generator.random((2, len(places)))
        index = np.asarray(places)
        passed = (drawn[0] < self.base[index], drawn[1] < self.head[index])
        return list(zip(passed[0].tolist(), passed[1].tolist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """How one gate ended. `suspects` were confirmed with pairs, `suite` was sampled as a whole; `trials` of each."""

    blocked: bool
    passed: bool
    suspects: frozenset[int]
    suite: bool
    trials: tuple[int, ...]
    screening: int

    @property
    def flagged(self) -> bool:
        """Whether the screen raised suspicion of anything."""
        return self.suite or bool(self.suspects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What a policy says of how a suite is gated."""

    suite: tuple[Known, ...]
    rules: Rules
    screen: Screen

    @property
    def sizes(self) -> list[int]:
        """How many head samples screen each fixture."""
        return [screening.samples(self.screen, len(self.suite), critical=known.critical) for known in self.suite]

    def gate(self, world: World) -> Gated:
        """Run one gate to its end, as `llmgate.sampling` does where no trial is lost."""
        entries, trials = self._screened(world)
        spent = sum(trials)
        comparison = compare.screen(entries, self.rules)
        places = {known.fixture: place for place, known in enumerate(self.suite)}
        while wanted := comparison.wanted:
            at = [places[name] for name in wanted]
            pairs = zip(wanted, world.pairs(at), strict=True)
            comparison = compare.observe(comparison, {name: Pair(base=base, head=head) for name, (base, head) in pairs})
            for place in at:
                trials[place] += 2
        summary = compare.summary(comparison)
        return Gated(
            blocked=summary.blocked,
            passed=summary.passed,
            suspects=frozenset(places[suspect.fixture] for suspect in comparison.suspects),
            suite=comparison.suite.flagged,
            trials=tuple(trials),
            screening=spent,
        )

    def _screened(self, world: World) -> tuple[list[Screened], list[int]]:
        """Screen the head against what is stored, or against the base where that is too little or too low."""
        sizes = self.sizes
        stored = [screening.is_baseline(known.stored.passed, known.stored.trials) for known in self.suite]
        base, head = world.trials(0, sizes), world.trials(1, sizes)
        entries = [
            Screened(
                fixture=known.fixture,
                base=known.stored if stored[place] else Count(passed=base[place], trials=sizes[place]),
                head=Count(passed=head[place], trials=sizes[place]),
                critical=known.critical,
                weight=known.weight,
            )
            for place, known in enumerate(self.suite)
        ]
        return entries, [size if has else 2 * size for size, has in zip(sizes, stored, strict=True)]


Until = Callable[[], bool]
"""Tells whether the time is over."""
