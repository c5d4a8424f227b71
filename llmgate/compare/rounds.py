"""Turn rounds of fresh pairs into evidence, and evidence into the pairs that are still wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from llmgate.compare.rules import Rules
from llmgate.compare.samples import Pair, Screened, Tally
from llmgate.stats import closed_mean, gate_evidence
from llmgate.stats.fixture_evidence import FixtureEvidence
from llmgate.stats.suite_evidence import Drops, SuiteEvidence

# Incomplete pairs after which a suspect is given up: a provider that is down must not be asked for ever.
MOST_MISSED = 8


class Purpose(StrEnum):
    """What the next round is for."""

    FIXTURES = "fixtures"
    SUITE = "suite"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A flagged fixture: its share of the error budget and its bets are fixed, its evidence and tally grow."""

    fixture: str
    screen_p: float
    share: float
    evidence: FixtureEvidence
    tally: Tally = Tally()  # noqa: RUF009 - frozen
    confirmed: bool = False

    def is_active(self, rules: Rules) -> bool:
        return (
            not self.confirmed
            and self.evidence.value >= rules.futility
            and self.tally.pairs < rules.max_pairs
            and not self.is_given_up
        )

    @property
    def is_given_up(self) -> bool:
        return self.tally.missed >= MOST_MISSED

    def after(self, pair: Pair | None) -> "Suspect":
        evidence = self.evidence if pair is None else self.evidence.after(base=pair.base, head=pair.head)
        return replace(self, evidence=evidence, tally=self.tally.after(pair))


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRounds:
    """The rounds over the whole suite; `tallies` runs parallel to the comparison's entries."""

    flagged: bool
    most: int
    evidence: SuiteEvidence
    tallies: tuple[Tally, ...]
    done: int = 0

    def is_active(self, rules: Rules) -> bool:
        return (
            self.flagged
            and self.done < self.most
            and self.evidence.value >= rules.suite_futility
            and not all(tally.missed for tally in self.tallies)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The state between two rounds. `looks` is the evidence after each, `highest` the largest of it."""

    rules: Rules
    entries: tuple[Screened, ...]
    unchanged: int
    suspects: tuple[Suspect, ...]
    suite: SuiteRounds
    highest: float = 1.0
    looks: tuple[float, ...] = ()

    @property
    def evidence(self) -> float:
        return gate_evidence.combined(
            self.suite.evidence.value,
            [suspect.evidence.value for suspect in self.suspects],
            [suspect.share for suspect in self.suspects],
            suite_share=self.rules.suite_share,
        )

    @property
    def blocked(self) -> bool:
        """True once the evidence has reached 1/alpha at any look: false with probability <= alpha (Ville)."""
        return self.highest >= self.rules.threshold

    @property
    def purpose(self) -> Purpose:
        """Suspects first; then the suite, if the screen flagged it and nothing blocks yet."""
        if any(suspect.is_active(self.rules) for suspect in self.suspects):
            return Purpose.FIXTURES
        if not self.blocked and self.suite.is_active(self.rules):
            return Purpose.SUITE
        return Purpose.DONE

    @property
    def wanted(self) -> tuple[str, ...]:
        """The fixtures that need one base and one head trial, run together, in the next round."""
        match self.purpose:
            case Purpose.FIXTURES:
                return tuple(suspect.fixture for suspect in self.suspects if suspect.is_active(self.rules))
            case Purpose.SUITE:
                rows = zip(self.entries, self.suite.tallies, strict=True)
                return tuple(entry.fixture for entry, tally in rows if not tally.missed)
            case Purpose.DONE:
                return ()


def observe(comparison: Comparison, pairs: Mapping[str, Pair | None]) -> Comparison:
    """Add one round: a pair for each wanted fixture, None where one of the two trials is missing.

    A suspect's missing pair is dropped and drawn again; in a suite round the fixture leaves this and all later rounds.
    What it gave to completed rounds stays, since evidence that was looked at cannot be taken back. Anything but
    exactly the wanted fixtures is a ValueError.
    """
    _check(comparison, pairs)
    match comparison.purpose:
        case Purpose.FIXTURES:
            return _named(_looked(_fixture_round(comparison, pairs)))
        case Purpose.SUITE:
            return _looked(_suite_round(comparison, pairs))
        case Purpose.DONE:
            return comparison


def _check(comparison: Comparison, pairs: Mapping[str, Pair | None]) -> None:
    wrong = sorted(pairs.keys() ^ set(comparison.wanted))
    if wrong:
        raise ValueError(f"a round has one pair for each wanted fixture and no other; wrong: {', '.join(wrong[:5])}")


def _fixture_round(comparison: Comparison, pairs: Mapping[str, Pair | None]) -> Comparison:
    suspects = (
        suspect.after(pairs[suspect.fixture]) if suspect.fixture in pairs else suspect
        for suspect in comparison.suspects
    )
    return replace(comparison, suspects=tuple(suspects))


def _suite_round(comparison: Comparison, pairs: Mapping[str, Pair | None]) -> Comparison:
    suite = comparison.suite
    tallies = tuple(
        tally.after(pairs[entry.fixture]) if entry.fixture in pairs else tally
        for entry, tally in zip(comparison.entries, suite.tallies, strict=True)
    )
    complete = [
        (pair.base - pair.head, entry.weight)
        for entry in comparison.entries
        if (pair := pairs.get(entry.fixture)) is not None
    ]
    values, weights = np.array(complete, dtype=float).reshape(-1, 2).T
    largest = max(entry.weight for entry in comparison.entries)
    drops = Drops(values=values, scales=weights / largest, counts=np.ones_like(values))
    suite = replace(suite, done=suite.done + 1, evidence=suite.evidence.after(drops), tallies=tallies)
    return replace(comparison, suite=suite)


def _looked(comparison: Comparison) -> Comparison:
    evidence = comparison.evidence
    return replace(comparison, highest=max(comparison.highest, evidence), looks=(*comparison.looks, evidence))


def _named(comparison: Comparison) -> Comparison:
    """Confirm suspects once the gate blocks. A confirmation stays, by Ville's inequality like the block itself."""
    if not comparison.blocked:
        return comparison
    adjusted = closed_mean.adjusted([suspect.evidence.value for suspect in comparison.suspects])
    suspects = (
        replace(suspect, confirmed=suspect.confirmed or value >= comparison.rules.threshold)
        for suspect, value in zip(comparison.suspects, adjusted, strict=True)
    )
    return replace(comparison, suspects=tuple(suspects))
