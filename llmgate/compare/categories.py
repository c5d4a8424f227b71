"""What the halves of fresh pairs failed with → evidence, for each kind of failure, that the head has more of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from llmgate.compare.estimates import Source
from llmgate.stats import holm, stratified
from llmgate.stats.mixture import mixture
from llmgate.stats.suite_evidence import PRIOR, STAKES


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """The category that each half of one fresh pair failed with; None where it passed."""

    base: str | None
    head: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories:
    """All fresh pairs by what their halves failed with: counts on each arm, and of pairs that failed alike.

    For each category an e-process: E = mean over stakes λ of (1+λ)^worse (1-λ)^better, where a pair is worse if only
    its head half failed in this category and better if only its base half did: a betting McNemar test without a margin
    (stats/suite_evidence.py). Null: no fixture fails in this category more often on the head.
    Which fixtures are paired, and for how long, hangs on the screen and on earlier pairs, never on the pair itself, and
    each pair's factor has a mean of at most 1 whatever fixture it is of. So E is a supermartingale under any selection
    and stopping, and its highest value reaches 1/a with a probability of at most a (Ville). The screen's own trials, of
    which the suspects were the worst, never enter. Assumes that both arms are labelled by the same rule, and pairs
    independent given the rates. Edge case: a category that failed in no pair, or always on both halves, stays at 1.
    """

    pairs: int = 0
    base: Mapping[str, int] = field(default_factory=dict)
    head: Mapping[str, int] = field(default_factory=dict)
    both: Mapping[str, int] = field(default_factory=dict)
    highest: Mapping[str, float] = field(default_factory=dict)

    def after(self, failures: Sequence[Failures]) -> Categories:
        """Add the complete pairs of one round, and look once."""
        base = Counter(pair.base for pair in failures if pair.base)
        head = Counter(pair.head for pair in failures if pair.head)
        both = Counter(pair.head for pair in failures if pair.head and pair.head == pair.base)
        seen = Categories(
            pairs=self.pairs + len(failures),
            base=Counter(self.base) + base,
            head=Counter(self.head) + head,
            both=Counter(self.both) + both,
            highest=self.highest,
        )
        return seen._looked({*base, *head})

    def worse(self, category: str) -> int:
        return self.head.get(category, 0) - self.both.get(category, 0)

    def better(self, category: str) -> int:
        return self.base.get(category, 0) - self.both.get(category, 0)

    def evidence(self, category: str) -> float:
        """The highest evidence of all looks: it is what a limit is held against, and 1/evidence is a p-value."""
        return self.highest.get(category, 1.0)

    def _looked(self, touched: Iterable[str]) -> Categories:
        now = {name: max(self.evidence(name), _evidence(self.worse(name), self.better(name))) for name in touched}
        return replace(self, highest={**self.highest, **now})


def _evidence(worse: int, better: int) -> float:
    return mixture(PRIOR, [worse * math.log1p(stake) + better * math.log1p(-stake) for stake in STAKES])


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """One fixture of which the screen drew both arms: valid trials, and failures by category."""

    base_trials: int
    head_trials: int
    base: Mapping[str, int]
    head: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """How many of an arm's trials failed in one category."""

    failed: int
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One category on both arms. `evidence` is of the fresh pairs, None without one; p-values where it was tested."""

    category: str
    base: Failed
    head: Failed
    source: Source
    p_value: float | None = None
    adjusted_p_value: float | None = None
    evidence: float | None = None


def rows(screened: Sequence[Screened], paired: Categories, *, untested: frozenset[str] = frozenset()) -> list[Row]:
    """Compare the arms for each category that failed anywhere, in alphabetical order.

    Where the screen drew both arms, that is: with an exact test, stratified by fixture, as the number of these trials
    was fixed in advance. Otherwise over the fresh pairs, whose number was not: there p = 1 / the highest evidence,
    which is valid whenever one stops. The two are never added up, as more is drawn of what looked worse. Holm's
    adjustment is over what is listed; a category without a failure can reject nothing and takes no part (Tarone 1990).
    """
    found = _screened(screened, paired) if screened else _paired(paired)
    tested = [row for row in found if row.category not in untested]
    adjusted = holm.adjusted([row.p_value for row in tested if row.p_value is not None])
    by_category = {row.category: value for row, value in zip(tested, adjusted, strict=True)}
    return [_with(row, by_category.get(row.category)) for row in found]


def _with(row: Row, adjusted: float | None) -> Row:
    return replace(row, p_value=None if adjusted is None else row.p_value, adjusted_p_value=adjusted)


def _screened(screened: Sequence[Screened], paired: Categories) -> list[Row]:
    base_trials = sum(fixture.base_trials for fixture in screened)
    head_trials = sum(fixture.head_trials for fixture in screened)
    having: dict[str, list[Screened]] = {}
    for fixture in screened:
        for category in {*fixture.base, *fixture.head}:
            having.setdefault(category, []).append(fixture)
    return [
        Row(
            category=category,
            base=Failed(failed=sum(fixture.base.get(category, 0) for fixture in fixtures), trials=base_trials),
            head=Failed(failed=sum(fixture.head.get(category, 0) for fixture in fixtures), trials=head_trials),
            source=Source.SCREEN,
            p_value=_exact(fixtures, category),
            evidence=paired.evidence(category) if paired.pairs else None,
        )
        for category, fixtures in sorted(having.items())
    ]


def _exact(fixtures: Sequence[Screened], category: str) -> float:
    """Fixtures without such a failure are left out: their part of the distribution is a single point."""
    base, head = ([getattr(each, arm).get(category, 0) for each in fixtures] for arm in ("base", "head"))
    base_trials, head_trials = [each.base_trials for each in fixtures], [each.head_trials for each in fixtures]
    return stratified.exact_worse(
        [trials - failed for trials, failed in zip(base_trials, base, strict=True)],
        base_trials,
        [trials - failed for trials, failed in zip(head_trials, head, strict=True)],
        head_trials,
    )


def _paired(paired: Categories) -> list[Row]:
    return [
        Row(
            category=category,
            base=Failed(failed=paired.base.get(category, 0), trials=paired.pairs),
            head=Failed(failed=paired.head.get(category, 0), trials=paired.pairs),
            source=Source.PAIRS,
            p_value=min(1.0, 1 / paired.evidence(category)),
            evidence=paired.evidence(category),
        )
        for category in sorted({*paired.base, *paired.head})
    ]
