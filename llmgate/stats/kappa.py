"""Turn the labels of a person and the verdicts of a judge into their agreement: Cohen's kappa and both rates."""

from __future__ import annotations

from dataclasses import dataclass


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
        """Return Cohen's kappa, (p_o − p_e) / (1 − p_e), for two raters and two categories.

        p_o is the share of equal labels, p_e the share that is equal by chance, from the raters' own rates. Assumes
        that the examples are independent and the raters too. Source: Cohen 1960, Educ. Psychol. Meas. 20, 37–46.
        Edge cases: None without examples, and where both say the same word of all, as chance then explains all.
        """
        if not (total := self.total):
            return None
        person = (self.pass_agreed + self.pass_denied) / total
        judge = (self.pass_agreed + self.fail_denied) / total
        expected = person * judge + (1 - person) * (1 - judge)
        observed = (self.pass_agreed + self.fail_agreed) / total
        return None if expected == 1 else (observed - expected) / (1 - expected)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
