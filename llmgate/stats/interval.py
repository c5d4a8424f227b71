"""The interval that every procedure returns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    low: float
    high: float

    def scaled(self, factor: float) -> "Interval":
        return Interval(low=self.low * factor, high=self.high * factor)
