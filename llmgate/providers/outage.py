"""Answers and silences of a provider → whether it has stopped answering, so that its calls wait for it together.

One that has answered in this run is worth some patience: it may be starting anew. One that never has is told at once,
as its address may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable

from llmgate.providers.pace import Jitter
from llmgate.providers.retry import Reply, Setback

PATIENCE_S = 60.0
PAUSE_S = 2.0
MOST_WAITS = 60
"""Of one call: as many as the shortest pauses make in that time, so that patience ends whatever the clock does."""
MOST_PATIENCE_S = 120.0
"""All silences of a run together: a provider that comes and goes would hold it up for hours."""
GATEWAY_STATUSES = frozenset({502, 504})
"""What stands before a server says of one that is not there. A 503 may be the own word of one that is too busy."""


class Outage:
    """What is known of one provider: how often it answered, and since when it is silent."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.answers = 0
        self._clock = clock
        self._silent_since: float | None = None
        self._waited_s = 0.0

    def note(self, outcome: Reply | Setback) -> None:
        """Take in how an attempt ended. Whatever a server says itself, refusals too, ends a silence."""
        if isinstance(outcome, Setback) and _is_silence(outcome):
            self._silent_since = self._clock() if self._silent_since is None else self._silent_since
            return
        self.answers += 1
        if self._silent_since is not None:
            self._waited_s += self._clock() - self._silent_since
        self._silent_since = None

    def is_worth_waiting(self, answers_before: int | None) -> bool:
        """Tell whether a failure is the provider's alone, and not yet old.

        `answers_before` is the number of answers at the call's failure before this one, if there was one: where others
        had answers since, it is the call that fails.
        """
        if self._silent_since is None or answers_before != self.answers or not self.answers:
            return False
        silent_s = self._clock() - self._silent_since
        return silent_s < PATIENCE_S and self._waited_s + silent_s < MOST_PATIENCE_S

    @staticmethod
    def pause_s(jitter: Jitter) -> float:
        """Seconds until a silent provider is tried again: never none, so that a wait ends."""
        return PAUSE_S * (0.5 + jitter.random())


def _is_silence(setback: Setback) -> bool:
    if not setback.transient or setback.retry_after_s is not None:
        return False
    return setback.status is None or setback.status in GATEWAY_STATUSES
