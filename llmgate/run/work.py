"""A fixture, an arm and an index → one trial's work: its request, its seed, and its place among the others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from llmgate.fixture import Fixture
from llmgate.surface import Application
from llmgate.trial import Graded, Request, Retrieved, Trial

MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One trial with what it needs. Equal trials of equal requests are the same work, in this run or a later one."""

    trial: Trial
    fixture: Fixture
    request: Request
    max_steps: int
    seed: int | None
    documents: tuple[Retrieved, ...] = ()
    application: Application | None = None


class Stage(StrEnum):
    """What a trial is drawn for."""

    SCREEN = "screen"
    CONFIRM = "confirm"
    DIAGNOSIS = "diagnosis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A trial that is over, for who watches. `probe` is what was changed for a replay of a diagnosis."""

    work: Work
    graded: Graded
    stage: Stage
    probe: str = ""


Watch = Callable[[Tried], None]


def unwatched(_: Tried) -> None:
    """Watch nothing."""


def recorded_seed(fixture: Fixture, params: Mapping[str, object]) -> int | None:
    """Find the seed that was recorded: the fixture's, else the model entry's."""
    if fixture.seed is not None:
        return fixture.seed
    configured = params.get("seed")
    return configured if type(configured) is int else None


def seed(fixture: Fixture, params: Mapping[str, object], trial: Trial) -> int | None:
    """Choose the seed of a trial.

    The first trial of an arm carries the recorded seed, every other one a seed derived from (fixture, arm, index).
    Where none is recorded none is sent: not every API knows the parameter.
    """
    recorded = recorded_seed(fixture, params)
    if recorded is None or trial.index == 0:
        return recorded
    return _hashed(f"{recorded}\0{trial.fixture}\0{trial.arm}\0{trial.index}") % MAX_SEED


def repeat_seed(own: int | None, trial: Trial, number: int) -> int | None:
    """Derive the seed of a trial's further answers, which count from 1, from its own; None where it has none.

    own + number × stride modulo MAX_SEED, with a stride from 1 on that (own seed, fixture, arm, index) choose. MAX_SEED
    is prime, so that none of a trial's seeds is another one of them.
    """
    if own is None:
        return None
    stride = 1 + _hashed(f"{own}\0{trial.fixture}\0{trial.arm}\0{trial.index}\0repeats") % (MAX_SEED - 1)
    return (own + number * stride) % MAX_SEED


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def interleaved(work: Iterable[Work]) -> list[Work]:
    """Order trials so that arms and fixtures mix, by a hash of the trial: the same every time, favouring no arm."""
    return sorted(work, key=lambda item: shuffle_key(item.trial))


def shuffle_key(trial: Trial) -> bytes:
    return hashlib.sha256(repr(trial).encode()).digest()
