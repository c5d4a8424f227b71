"""What sampling is given and what it gathers: its setting, tallies, and the screen's plan for each fixture."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from llmgate import compare, progress, run
from llmgate.plan import Planned
from llmgate.store import Drawer, Sample, Store
from llmgate.trial import Arm, Graded, Outcome, Served

PAIRS_FROM = 64
"""Indices below it belong to the screen, the rest to pairs, on both arms alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the samples are drawn with: where they go, whose they are, and the rules they serve.

    `drawer` says for whom outcomes are kept, and whose may be used. `category` names the kind of failure of a failing
    trial, by the same rule on both arms; `origins` say whom requests to each provider reach.
    """

    store: Store
    engine: run.Engine
    experiment: str
    ledger: str
    commits: Mapping[Arm, str]
    rules: compare.Rules
    max_error_share: float
    now: float
    tell: progress.Tell
    category: Callable[[Planned, Graded], str]
    watch: run.Watch = run.unwatched
    origins: Mapping[str, str] = field(default_factory=dict)
    drawer: Drawer = field(default_factory=Drawer)


@dataclass(slots=True, kw_only=True)
class Tally:
    """One fixture's outcomes on one arm, with its first failing and passing trial: first by index, not by time.

    `screened` are the valid trials of the screen, `categories` its failing ones by kind, where these are counted.
    """

    passed: int = 0
    failed: int = 0
    errors: int = 0
    failing: Graded | None = None
    passing: Graded | None = None
    error: Graded | None = None
    usable: list[int] = field(default_factory=list)
    screened: int = 0
    categories: Counter[str] = field(default_factory=Counter)

    @property
    def valid(self) -> int:
        return self.passed + self.failed

    def add(self, graded: Graded) -> None:
        if graded.outcome is not Outcome.ERROR:
            self.usable.append(graded.trial.index)
        match graded.outcome:
            case Outcome.PASSED:
                self.passed += 1
                self.passing = _first(self.passing, graded)
            case Outcome.FAILED:
                self.failed += 1
                self.failing = _first(self.failing, graded)
            case Outcome.ERROR:
                self.errors += 1
                self.error = _first(self.error, graded)


def _first(kept: Graded | None, graded: Graded) -> Graded:
    return kept if kept and kept.trial.index < graded.trial.index else graded


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The screen's plan for one fixture: its stored baseline, and which trials of each arm are taken."""

    stored: tuple[Sample, ...]
    trials: Mapping[Arm, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """A drift of the base, and when the last of its stored outcomes was drawn (seconds since 1970)."""

    drift: compare.Drift
    since: float


@dataclass(slots=True, kw_only=True)
class Sampled:
    """All that sampling brought.

    `compared` are the fixtures that both arms run, `sorted_out` those of which the screen's failures are counted by
    kind, and `paired` counts those of the fresh pairs. `refused` are calls that an application may not make, with the
    fixture in which each was tried; `fresh` are outcomes of the first trials of the base, by index, and `drifted` says
    how they differ from the stored ones. `problem` says why their screen could not be completed,
    `stopped` why confirming ended early, which rules a pass out.
    """

    tallies: dict[tuple[str, Arm], Tally] = field(default_factory=lambda: defaultdict(Tally))
    screening: dict[str, Screening] = field(default_factory=dict)
    comparison: compare.Comparison | None = None
    now: float = 0.0
    problem: str | None = None
    stopped: str | None = None
    compared: frozenset[str] = frozenset()
    sorted_out: frozenset[str] = frozenset()
    paired: compare.Categories = field(default_factory=compare.Categories)
    fresh: dict[str, dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))
    drifted: Drifted | None = None
    missing: Counter[Arm] = field(default_factory=Counter)
    served: dict[Arm, set[Served]] = field(default_factory=lambda: defaultdict(set))
    refused: dict[Arm, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, graded: Graded) -> None:
        trial = graded.trial
        self.tallies[trial.fixture, trial.arm].add(graded)
        if trial.arm is Arm.BASE and graded.outcome is not Outcome.ERROR and trial.index % PAIRS_FROM < compare.FRESH:
            self.fresh[trial.fixture][trial.index] = graded.outcome is Outcome.PASSED
        self.missing[trial.arm] += graded.outcome is Outcome.ERROR and trial.fixture in self.compared
        judging = (ruling.call for ruling in graded.trace.rulings.values() if ruling.call)
        repeated = (call for repeat in graded.trace.repeats for call in repeat.calls)
        self.served[trial.arm] |= {
            Served(provider=call.provider, asked=call.model, answered=call.completion.served_model)
            for call in (*graded.trace.calls, *repeated, *judging)
            if call.completion.served_model
        }
        if graded.trace.refused:
            self.refused[trial.arm].setdefault(graded.trace.refused, trial.fixture)
        self.served[trial.arm] |= {one.served for one in graded.trace.vectors.values() if one.served}

    def planned(self, arm: Arm) -> int:
        """How many trials the screen takes of the fixtures to compare; new ones dilute no share."""
        return sum(len(self.screening[name].trials.get(arm, ())) for name in self.compared)

    def errors(self, arm: Arm) -> int:
        """How many of these gave no usable answer."""
        return self.missing[arm]
