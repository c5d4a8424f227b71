"""Events of a run → counts, kept cheaply while trials end, and read a few times a second."""

from __future__ import annotations

from collections.abc import Callable

from llmgate.cli.progress.pacing import Left, Pacing
from llmgate.progress import Begun, Event, Graded, Looked, Opened, Waiting
from llmgate.trial import Outcome


class Tallying:
    """What was told. `ended` counts the trials of the stage, `failed` and `errors` those of the whole run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.opened: Opened | None = None
        self.begun: Begun | None = None
        self.looked: Looked | None = None
        self.ended = self.failed = self.errors = 0
        self._clock = clock
        self._waiting: tuple[Waiting, float] | None = None
        self._opened_at = clock()
        self._all = 0
        self._pacing = Pacing()

    def tell(self, event: Event) -> None:
        match event:
            case Graded(outcome=outcome):
                self.ended += 1
                self._all += 1
                self.failed += outcome is Outcome.FAILED
                self.errors += outcome is Outcome.ERROR
            case Begun():
                self.begun, self.ended = event, 0
            case Looked():
                self.looked = event
            case Waiting():
                self._waiting = event, self._clock() + event.seconds
            case Opened():
                self.opened, self._opened_at = event, self._clock()
                self.looked, self._all, self.failed, self.errors = None, 0, 0, 0
                self._pacing = Pacing()

    @property
    def waiting(self) -> Waiting | None:
        """For whom calls wait now."""
        found = self._waiting
        return found[0] if found and self._clock() < found[1] else None

    @property
    def seconds(self) -> float:
        """Of the budget, as far as they are over."""
        return self._clock() - self._opened_at

    def left(self) -> Left | None:
        """Look at the clock, and estimate what the rest takes."""
        self._pacing.look(self._clock(), self._all)
        if self.opened is None or self.begun is None or self.begun.trials is None:
            return None
        stage = max(0, self.begun.trials - self.ended)
        whole = max(stage, (self.opened.most_trials or 0) - self._all)
        budget_s = max(0.0, 60 * self.opened.budget.minutes - self.seconds)
        return self._pacing.left(stage=stage, whole=whole, budget_s=budget_s)
