"""Simulated gates and exact formulas → what a suite can see at which cost, as it is shown and written as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median_low
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from llmgate import compare
from llmgate.power.breaks import Break
from llmgate.power.rates import Drawing
from llmgate.power.seeing import AT_OTHER_SCREENS, SCREENS, Cell, Seen
from llmgate.power.simulating import Procedure, Screen
from llmgate.sampling import screening
from llmgate.stats import detectable, fixture_reach, suite_evidence

DROPS = (0.02, 0.03, 0.05, 0.10)
TRIED = {0.02: Break.TWO_POINTS, 0.05: Break.FIVE_POINTS}
"""The drops of every fixture that are simulated under other screens."""
MOST_FIXTURES = 20_000


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Row(_Noun):
    """How gates ended that had one break. `interval` is the 95 % one of `blocked`: how far it can be off."""

    kind: Break
    blocked: float
    interval: tuple[float, float]
    flagged: float = Field(description="The screen suspected what broke; where nothing did, anything.")
    passed: float
    calls: float
    usd: float | None = None


class Screening(_Noun):
    """What changes with the number of head samples that screen a fixture."""

    screen: Screen
    samples: int
    fixture_drop: float | None = Field(description="The smallest drop of a fixture that always passes; exact.")
    rows: tuple[Row, ...]


class Needed(_Noun):
    """How many fixtures like these, and which screen, see a drop of the whole suite four times out of five.

    `screen` is the smallest of those simulated, where gates were simulated with such a drop: `tried` says so.
    """

    drop: float
    fixtures: int | None
    tried: bool
    screen: int | None = None


class Power(_Noun):
    """What a suite can see. `fixture_drop` is exact, `suite_drop` a formula fitted to simulations, `rows` simulated."""

    schema_: Literal["llmgate.power/1"] = Field(default="llmgate.power/1", alias="schema")
    fixtures: int
    known: int = Field(description="Fixtures whose rates come from stored outcomes; those of the others are assumed.")
    outcomes: int
    alpha: float
    margin: float
    fixture_margin: float
    screen: Screen
    samples: int
    repeats: int
    mean_rate: float
    call_usd: float | None
    fixture_drop: float | None
    suite_drop: float
    rows: tuple[Row, ...]
    screens: tuple[Screening, ...]
    needed: tuple[Needed, ...]
    unfit: tuple[str, ...] = ()


def answer(procedure: Procedure, found: Mapping[Cell, Seen], *, calls: Mapping[str, int], usd: float | None) -> Power:
    """Gather what was simulated with what formulas say. `calls` are those of a trial of each fixture, by its name."""
    drawing = Drawing(procedure.suite)
    each = [calls[known.fixture] for known in drawing.suite]
    rows = {cell: _row(cell.kind, seen, each, usd) for cell, seen in found.items()}
    spread = _spread(drawing)
    whole = [screen for screen in SCREENS if all(Cell(kind=kind, screen=screen) in found for kind in AT_OTHER_SCREENS)]
    screens = tuple(_screening(procedure, screen, rows) for screen in whole)
    own = _screening(procedure, procedure.screen, rows)
    return Power(
        fixtures=len(procedure.suite),
        known=sum(known.stored.trials > 0 for known in procedure.suite),
        outcomes=sum(known.stored.trials for known in procedure.suite),
        alpha=procedure.rules.alpha,
        margin=procedure.rules.margin,
        fixture_margin=procedure.rules.fixture_margin,
        screen=procedure.screen,
        samples=own.samples,
        repeats=min(seen.repeats for seen in found.values()),
        mean_rate=float(drawing.means().mean()),
        call_usd=usd,
        fixture_drop=own.fixture_drop,
        suite_drop=suite_drop(spread, len(procedure.suite), procedure.rules),
        rows=own.rows,
        screens=screens,
        needed=tuple(
            Needed(
                drop=drop,
                fixtures=fixtures_for(drop, spread, procedure.rules),
                tried=drop in TRIED and bool(screens),
                screen=_screen_for(drop, screens),
            )
            for drop in DROPS
        ),
    )


def _row(kind: Break, seen: Seen, each: Sequence[int], usd: float | None) -> Row:
    interval, calls = seen.interval, seen.calls(each)
    return Row(
        kind=kind,
        blocked=seen.blocked / seen.repeats,
        interval=(interval.low, interval.high),
        flagged=seen.caught / seen.repeats,
        passed=seen.passed / seen.repeats,
        calls=calls,
        usd=None if usd is None else calls * usd,
    )


def _screening(procedure: Procedure, screen: Screen, rows: Mapping[Cell, Row]) -> Screening:
    samples = screening.samples(screen, len(procedure.suite), critical=False)
    return Screening(
        screen=screen,
        samples=samples,
        fixture_drop=fixture_reach.smallest_drop(samples, confirming(procedure.rules), stored=stored(procedure)),
        rows=tuple(row for cell, row in rows.items() if cell.screen == screen),
    )


def stored(procedure: Procedure) -> int:
    """Return how many outcomes of a fixture a screen is typically held against."""
    counts = [known.stored.trials for known in procedure.suite if known.stored.trials >= screening.MIN_STORED]
    return median_low(counts) if counts else screening.samples(procedure.screen, len(procedure.suite), critical=False)


def confirming(rules: compare.Rules) -> fixture_reach.Confirming:
    """Say how a single suspect is confirmed, where nothing else is suspected and the suite says nothing."""
    alone = (rules.threshold - rules.suite_share) / (1 - rules.suite_share)
    return fixture_reach.Confirming(
        needed=alone, futility=rules.futility, most=rules.max_pairs, margin=rules.fixture_margin
    )


def _spread(drawing: Drawing) -> float:
    """Return the standard deviation of a pair's difference where nothing changed, in the mean over the suite."""
    weights = [known.weight for known in drawing.suite]
    mean = sum(weights) / len(weights)
    terms = [(weight / mean) ** 2 * 2 * noise for weight, noise in zip(weights, drawing.noises().tolist(), strict=True)]
    return math.sqrt(sum(terms) / len(terms))


def suite_drop(spread: float, fixtures: int, rules: compare.Rules) -> float:
    """Return the broad drop of so many fixtures that is blocked four times out of five."""
    needed = (rules.threshold - (1 - rules.suite_share)) / rules.suite_share
    pairs = fixtures * compare.most_suite_rounds(fixtures)
    return detectable.suite_drop(spread, pairs, suite_evidence.fewest_drops(needed))


def fixtures_for(drop: float, spread: float, rules: compare.Rules) -> int | None:
    """Return the fewest fixtures of this spread that see a broad drop, from which on more see it too; None: too many.

    More fixtures do not always see more: a suite round is capped, so between about 67 and 267 fixtures there are about
    1,600 pairs whatever their number.
    """
    if suite_drop(spread, MOST_FIXTURES, rules) > drop:
        return None
    low, high = 0, MOST_FIXTURES
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suite_drop(spread, middle, rules) <= drop else (middle, high)
    return high


def _screen_for(drop: float, screens: Sequence[Screening]) -> int | None:
    """Return the smallest screen of those simulated with which gates block a drop of every fixture of this size."""
    kind = TRIED.get(drop)
    for one in screens:
        seen = next((row for row in one.rows if row.kind is kind), None)
        if seen is not None and seen.blocked >= fixture_reach.POWER and isinstance(one.screen, int):
            return one.screen
    return None
