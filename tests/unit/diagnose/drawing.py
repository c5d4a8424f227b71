"""A model of arms that pass with given rates, to run investigations on without a call."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from llmgate.diagnose.replays.investigation import Investigation

State = TypeVar("State", bound=Investigation)

WELL, BROKEN = 0.97, 0.05
MAX_ROUNDS = 500


def finished(state: State, rate: Callable[[str], float], chance: random.Random, *, rounds: int = MAX_ROUNDS) -> State:
    """Draw until nothing is wanted any more, or for as many rounds."""
    for _ in range(rounds):
        if not (wanted := state.wanted):
            return state
        state = state.after({name: chance.random() < rate(name) for name in wanted})
    return state


def calls(state: State, rate: Callable[[str], float], chance: random.Random) -> tuple[State, int]:
    """Draw until nothing is wanted any more, and count the trials."""
    count = 0
    while wanted := state.wanted:
        count += len(wanted)
        state = state.after({name: chance.random() < rate(name) for name in wanted})
    return state, count
