"""The numbers that a comparison follows, and the sizes that follow from the number of fixtures."""

import math
from dataclasses import dataclass

from llmgate.stats import suite_evidence

ECONOMY_FIXTURES = 2_000
CRITICAL_SAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The policy's numbers; a ValueError names the first one out of range.

    `alpha` bounds the probability of blocking when nothing got worse. `margin` is the drop of the pass rate that a pass
    must exclude, `fixture_margin` the immaterial drop of one fixture, `suite_margin` that of the replayed fixtures'
    mean: 0 by default at every size, because the promise is about "nothing got worse"; with 1,000 fixtures and more
    0.01 keeps immaterial drops from blocking. `suite_share` of alpha is spent on the suite, the rest on fixtures.
    """

    alpha: float = 0.05
    margin: float = 0.05
    fixture_margin: float = 0.10
    suite_margin: float = 0.0
    max_pairs: int = 32
    futility: float = 0.25
    suite_futility: float = 0.3
    critical_weight: float = 5.0
    suite_share: float = 0.5

    def __post_init__(self) -> None:
        for name, valid, expected in (
            ("alpha", 0 < self.alpha < 1, "between 0 and 1"),
            ("margin", 0 < self.margin <= 1, "above 0 and at most 1"),
            ("fixture_margin", 0 <= self.fixture_margin < 1, "at least 0 and below 1"),
            ("suite_margin", 0 <= self.suite_margin < suite_evidence.MARGIN_LIMIT, "at least 0 and below 1/3"),
            ("max_pairs", self.max_pairs >= 1, "at least 1"),
            ("futility", 0 <= self.futility < 1, "at least 0 and below 1"),
            ("suite_futility", 0 <= self.suite_futility < 1, "at least 0 and below 1"),
            ("critical_weight", 1 <= self.critical_weight < math.inf, "at least 1 and finite"),
            ("suite_share", 0 < self.suite_share < 1, "between 0 and 1"),
        ):
            if not valid:  # NaN compares false, so it ends here too
                raise ValueError(f"{name} must be {expected}, not {getattr(self, name)}")

    @property
    def threshold(self) -> float:
        """The evidence that blocks."""
        return 1 / self.alpha


def screen_size(fixtures: int, *, critical: bool = False) -> int:
    """Return how many head samples the screen takes of each of `fixtures` replayed fixtures."""
    if fixtures < 1:
        raise ValueError(f"a screen needs at least one fixture, not {fixtures}")
    samples = 1 if fixtures >= ECONOMY_FIXTURES else min(max(math.ceil(240 / fixtures), 2), 10)
    return max(samples, CRITICAL_SAMPLES) if critical else samples


def most_suspects(fixtures: int) -> int:
    return max(10, math.ceil(fixtures / 20))


def most_suite_rounds(fixtures: int) -> int:
    return min(max(math.ceil(1600 / fixtures), 6), 24)
