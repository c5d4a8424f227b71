"""Trials that ended, and when → how long the rest takes, at least and at most."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW_S = 30.0
LEAST_TRIALS = 8
LEAST_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Seconds: what the stage that is under way still takes, and what the whole run still takes at most."""

    least_s: float
    most_s: float


class Pacing:
    """The rate of the last half minute, from looks at how many trials have ended."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int]] = deque()

    def look(self, at: float, ended: int) -> None:
        self._looks.append((at, ended))
        while len(self._looks) > 2 and self._looks[1][0] <= at - WINDOW_S:
            self._looks.popleft()

    def left(self, *, stage: int, whole: int, budget_s: float) -> Left | None:
        """Estimate what so many trials take; nothing while too few have ended. No run outlasts its budget."""
        if not self._looks:
            return None
        (first_at, first), (last_at, last) = self._looks[0], self._looks[-1]
        if last - first < LEAST_TRIALS or last_at - first_at < LEAST_S:
            return None
        each_s = (last_at - first_at) / (last - first)
        least, most = stage * each_s, max(stage, whole) * each_s
        return Left(least_s=min(least, budget_s), most_s=min(most, budget_s))
