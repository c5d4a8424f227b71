"""A run that goes on → what it tells of itself meanwhile, as values, to whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from llmgate.config import Budget
from llmgate.providers.pace import Waiting
from llmgate.purse import Spent
from llmgate.trial import Graded

__all__ = ["Begun", "Event", "Graded", "Looked", "Opened", "Stage", "Suspicion", "Tell", "Waiting", "unheard"]


class Stage(StrEnum):
    """What trials are drawn for."""

    SCREEN = "screen"
    CONFIRM = "confirm"
    DIAGNOSIS = "diagnosis"
    BASELINE = "baseline"
    PROOF = "proof"
    WATCH = "watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A budget is there to be spent. `spent` grows while the run goes on; `most_trials` are the most it can need."""

    budget: Budget
    spent: Spent
    most_trials: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A stage began, or a round of it. The trials of diagnosis are not known before."""

    stage: Stage
    trials: int | None = None
    fixtures: int = 0
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A suspect, and its evidence so far."""

    fixture: str
    evidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the evidence is after a round: all of it, that of the whole suite, and of each suspect, the surest first."""

    evidence: float
    threshold: float
    suite: float
    suspects: tuple[Suspicion, ...] = ()


Event = Opened | Begun | Graded | Looked | Waiting
Tell = Callable[[Event], None]


def unheard(_: Event) -> None:
    """Tell nobody."""
