"""Graded trials of A/A gates → outcomes by fixture and set-up, in the order of nothing but their names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from llmgate.sampling.state import PAIRS_FROM
from llmgate.stats.setup_correlation import Groups
from llmgate.trial import Graded, Outcome, Trial


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Setup:
    """What the trials of one arm were drawn in together: the screen of a gate, or one of its rounds of pairs.

    A fixture has one trial in a round, so `number` is that of its pair, and 0 in the screen.
    """

    gate: str
    arm: str
    number: int

    @classmethod
    def of(cls, gate: str, trial: Trial) -> Setup:
        return cls(gate=gate, arm=trial.arm.value, number=max(0, trial.index - PAIRS_FROM + 1))


@dataclass(slots=True, kw_only=True)
class Outcomes:
    """One fixture's trials. `answers` are digests of what was said, two at most: more than one is all that is asked."""

    setups: dict[Setup, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    answers: set[str] = field(default_factory=set)
    calls: int = 0
    errors: int = 0

    @property
    def passed(self) -> int:
        return sum(passed for passed, _ in self.setups.values())

    @property
    def trials(self) -> int:
        return sum(trials for _, trials in self.setups.values())

    @property
    def groups(self) -> Groups:
        rows = [tuple(self.setups[setup]) for setup in sorted(self.setups)]
        return Groups(passed=tuple(passed for passed, _ in rows), trials=tuple(trials for _, trials in rows))


@dataclass(slots=True, kw_only=True)
class Drawn:
    """All trials of A/A gates, by fixture."""

    fixtures: dict[str, Outcomes] = field(default_factory=lambda: defaultdict(Outcomes))

    def add(self, gate: str, graded: Graded) -> None:
        outcomes, trace = self.fixtures[graded.trial.fixture], graded.trace
        outcomes.calls += len(trace.calls) + sum(len(repeat.calls) for repeat in trace.repeats)
        if graded.outcome is Outcome.ERROR:
            outcomes.errors += 1
            return
        counts = outcomes.setups[Setup.of(gate, graded.trial)]
        counts[0] += graded.outcome is Outcome.PASSED
        counts[1] += 1
        if len(outcomes.answers) < 2:
            outcomes.answers.add(hashlib.sha256(trace.output.encode()).hexdigest())

    @property
    def errors(self) -> int:
        return sum(outcomes.errors for outcomes in self.fixtures.values())

    @property
    def trials(self) -> int:
        return sum(outcomes.trials for outcomes in self.fixtures.values())
