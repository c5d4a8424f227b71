"""Real trials by set-up → A/A gates that never ran: the gate's own procedures on outcomes drawn from the real ones.

Each fixture is drawn from its own trials, never from a pool of all; and a set-up of the simulated gate takes after one
real set-up in all fixtures that were tried in it, so that what set-ups share is in it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llmgate.calibrating.trials import Drawn, Setup
from llmgate.power.rates import Rates
from llmgate.power.simulating import Gated, Procedure, Until

SEED = 1
SCREEN = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BySetups:
    """Outcomes drawn at the rates of real set-ups: a row for each, a column for each fixture."""

    rates: Rates
    generator: np.random.Generator

    def _setup(self) -> Rates:
        return np.asarray(self.rates[self.generator.integers(len(self.rates))], dtype=np.float64)

    def trials(self, arm: int, sizes: Sequence[int]) -> Sequence[int]:  # noqa: ARG002 - both arms are the same
        return [int(passed) for passed in self.generator.binomial(sizes, self._setup())]

    def pairs(self, places: Sequence[int]) -> Sequence[tuple[bool, bool]]:
        drawn, index = self.generator.random((2, len(places))), np.asarray(places)
        base, head = drawn[0] < self._setup()[index], drawn[1] < self._setup()[index]
        return list(zip(base.tolist(), head.tolist(), strict=True))


def rates(drawn: Drawn, names: Sequence[str]) -> Rates:
    """Return the pass rates of each screen's set-up; a fixture that it does not have takes those of all its trials."""
    setups = sorted({setup for one in drawn.fixtures.values() for setup in one.setups if setup.number == SCREEN})
    return np.array([[_rate(drawn, name, setup) for name in names] for setup in setups], dtype=np.float64)


def _rate(drawn: Drawn, name: str, setup: Setup) -> float:
    outcomes = drawn.fixtures[name]
    passed, trials = outcomes.setups.get(setup, (0, 0))
    if not trials:
        passed, trials = outcomes.passed, outcomes.trials
    return passed / trials if trials else 1.0


def gates(procedure: Procedure, drawn: Drawn, *, repeats: int, over: Until) -> list[Gated]:
    """Simulate up to so many A/A gates; at least one."""
    found: list[Gated] = []
    known = rates(drawn, [one.fixture for one in procedure.suite])
    while len(found) < repeats and not (found and over()):
        generator = np.random.default_rng([SEED, len(found)])
        found.append(procedure.gate(BySetups(rates=known, generator=generator)))
    return found
