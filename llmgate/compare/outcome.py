"""Turn a comparison into all that a verdict and a report need."""

from dataclasses import dataclass
from enum import StrEnum

from llmgate.compare import estimates, screening
from llmgate.compare.estimates import Source, SuiteSummary
from llmgate.compare.rounds import Comparison, Purpose, Suspect
from llmgate.compare.samples import Count, Screened, Tally
from llmgate.stats import closed_mean, e_bh

LEANING = 3.0
LIKELY_FALSE_SHARE = 0.10


class Tier(StrEnum):
    """How sure it is that this fixture got worse, after looking at all of them."""

    CONFIRMED = "confirmed"  # the gate blocks and closed-mean evidence >= 1/alpha: family-wise error <= alpha
    LIKELY = "likely"  # named by e-BH: at most 10 % of such names are false
    SUSPECTED = "suspected"  # flagged by the screen; fresh pairs undecided, or none drawn, as there are too many
    CLEARED = "cleared"  # flagged by the screen, fresh pairs speak against it
    UNFLAGGED = "unflagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureSummary:
    """`base` and `head` count all that was seen, baseline or screen and fresh pairs; `paired_…` the pairs alone."""

    fixture: str
    critical: bool
    base: Count
    head: Count
    paired_base: Count
    paired_head: Count
    pairs: int
    evidence: float
    adjusted_evidence: float
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was shown. `passed` means not inferior by more than the margin; neither blocked nor passed is inconclusive.

    `unresolved` suspects could not be paired, and `finished` is false before the last round: both rule out a pass.
    `no_headroom`: nothing passes on base, so nothing can be seen to break. `needed` is the size of
    the screen, per fixture and on both arms, with which it would have cleared the margin; None if that is not what is
    missing or no number helps.
    """

    fixtures: tuple[FixtureSummary, ...]
    suite: SuiteSummary
    evidence: float
    highest: float
    looks: tuple[float, ...]
    p_always_valid: float
    blocked: bool
    finished: bool
    leaning: bool
    passed: bool
    improved: bool
    no_headroom: bool
    unresolved: tuple[str, ...]
    needed: int | None


def summary(comparison: Comparison) -> Summary:
    """Read the state: at the end for the verdict, in between for progress."""
    estimate = estimates.estimated(comparison)
    suite = estimates.suite(comparison, estimate)
    margin = comparison.rules.margin
    unresolved = tuple(suspect.fixture for suspect in comparison.suspects if _is_unresolved(suspect, comparison))
    improved = suite.interval.low > 0
    headless = suite.no_headroom == len(comparison.entries)
    clear = (
        comparison.purpose is Purpose.DONE
        and not comparison.blocked
        and comparison.evidence < LEANING
        and not unresolved
        and not (suite.flagged and suite.source is Source.SCREEN)
    )
    passed = clear and suite.lower_bound > -margin and (improved or not headless)
    short = suite.lower_bound <= -margin and not comparison.blocked
    return Summary(
        fixtures=_fixtures(comparison),
        suite=suite,
        evidence=comparison.evidence,
        highest=comparison.highest,
        looks=comparison.looks,
        p_always_valid=min(1.0, 1 / comparison.highest),
        blocked=comparison.blocked,
        finished=comparison.purpose is Purpose.DONE,
        leaning=not comparison.blocked and comparison.evidence >= LEANING,
        passed=passed,
        improved=passed and improved,
        no_headroom=headless,
        unresolved=unresolved,
        needed=estimates.needed(comparison) if short else None,
    )


def _is_unresolved(suspect: Suspect, comparison: Comparison) -> bool:
    return suspect.is_given_up and not suspect.confirmed and suspect.evidence.value >= comparison.rules.futility


def _fixtures(comparison: Comparison) -> tuple[FixtureSummary, ...]:
    suspects = comparison.suspects
    evidence = [suspect.evidence.value for suspect in suspects]
    rows = zip(
        suspects,
        closed_mean.adjusted(evidence),
        e_bh.rejected(evidence, rate=LIKELY_FALSE_SHARE),
        strict=True,
    )
    flagged = {
        suspect.fixture: (suspect, adjusted, _tier(suspect, comparison, likely=likely))
        for suspect, adjusted, likely in rows
    }
    beyond = screening.left_out(comparison.entries, suspects)
    return tuple(
        _fixture(entry, tally, *flagged.get(entry.fixture, (None, 1.0, _untried(entry, beyond))))
        for entry, tally in zip(comparison.entries, comparison.suite.tallies, strict=True)
    )


def _tier(suspect: Suspect, comparison: Comparison, *, likely: bool) -> Tier:
    if suspect.confirmed:
        return Tier.CONFIRMED
    if likely:
        return Tier.LIKELY
    return Tier.CLEARED if suspect.evidence.value < comparison.rules.futility else Tier.SUSPECTED


def _untried(entry: Screened, beyond: frozenset[str]) -> Tier:
    return Tier.SUSPECTED if entry.fixture in beyond else Tier.UNFLAGGED


def _fixture(entry: Screened, in_suite: Tally, suspect: Suspect | None, adjusted: float, tier: Tier) -> FixtureSummary:
    alone = suspect.tally if suspect else Tally()
    pairs = alone.pairs + in_suite.pairs
    base = Count(passed=alone.base_passed + in_suite.base_passed, trials=pairs)
    head = Count(passed=alone.head_passed + in_suite.head_passed, trials=pairs)
    return FixtureSummary(
        fixture=entry.fixture,
        critical=entry.critical,
        base=_sum(entry.base, base),
        head=_sum(entry.head, head),
        paired_base=base,
        paired_head=head,
        pairs=pairs,
        evidence=suspect.evidence.value if suspect else 1.0,
        adjusted_evidence=adjusted,
        tier=tier,
    )


def _sum(one: Count, other: Count) -> Count:
    return Count(passed=one.passed + other.passed, trials=one.trials + other.trials)
