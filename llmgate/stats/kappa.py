"""Turn the labels of two raters into their agreement: Cohen's kappa, and of a judge both rates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from llmgate.stats.interval import Interval

NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Agreement beyond chance, and its 95 % interval."""

    value: float
    interval: Interval


def cohen(table: Mapping[tuple[str, str], int]) -> Kappa | None:
    """Return Cohen's kappa, (p_o − p_e) / (1 − p_e), of counts by the labels of both raters, whatever their number.

    p_o is the share of equal labels, p_e the share that is equal by chance, from the raters' own rates (Cohen 1960,
    Educ. Psychol. Meas. 20, 37–46). The interval is Wald's with the large-sample variance of Fleiss, Cohen & Everitt
    1969 (Psychol. Bull. 72, 323–327), cut at ±1: too narrow below about 50 examples, and a point where all agree.
    Assumes that the examples are independent and the raters too. Edge case: None without examples, and where both say
    the same word of all, as chance then explains all.
    """
    if not (total := sum(table.values())):
        return None
    first: dict[str, float] = {}
    second: dict[str, float] = {}
    for (one, other), count in table.items():
        first[one] = first.get(one, 0) + count / total
        second[other] = second.get(other, 0) + count / total
    expected = sum(share * second.get(label, 0) for label, share in first.items())
    if math.isclose(expected, 1):
        return None
    observed = sum(count for (one, other), count in table.items() if one == other) / total
    value = (observed - expected) / (1 - expected)
    spread = 0.0
    for (one, other), count in table.items():
        chance = (second.get(one, 0) + first.get(other, 0)) * (1 - value)
        spread += count / total * ((1 - chance) ** 2 if one == other else chance**2)
    variance = max(spread - (value - expected * (1 - value)) ** 2, 0.0) / ((1 - expected) ** 2 * total)
    reach = NORMAL_95 * math.sqrt(variance)
    return Kappa(value=value, interval=Interval(low=max(value - reach, -1.0), high=min(value + reach, 1.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Counts by what the person said (`pass`, `fail`) and whether the judge said the same (`agreed`) or not."""

    pass_agreed: int
    pass_denied: int
    fail_agreed: int
    fail_denied: int

    @property
    def total(self) -> int:
        return self.pass_agreed + self.pass_denied + self.fail_agreed + self.fail_denied

    @property
    def true_positive_rate(self) -> float | None:
        """The share of the person's passes that the judge passes; None where there are none."""
        return _share(self.pass_agreed, self.pass_agreed + self.pass_denied)

    @property
    def true_negative_rate(self) -> float | None:
        """The share of the person's fails that the judge fails; None where there are none."""
        return _share(self.fail_agreed, self.fail_agreed + self.fail_denied)

    @property
    def kappa(self) -> float | None:
        """Return Cohen's kappa of the person and the judge; None where it is not defined."""
        found = cohen(
            {
                ("pass", "pass"): self.pass_agreed,
                ("pass", "fail"): self.pass_denied,
                ("fail", "fail"): self.fail_agreed,
                ("fail", "pass"): self.fail_denied,
            }
        )
        return found.value if found else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
