"""What A/A gates showed → how often the gate is wrong about this suite, which fixtures flake, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from llmgate.calibrating.trials import Drawn
from llmgate.power.simulating import Gated
from llmgate.stats import clopper_pearson, holm, setup_correlation
from llmgate.stats.setup_correlation import Correlation

COIN = 0.25
"""A fixture that fails at least this often, and passes at least this often, is a coin flip."""
LEAST_COPIES = 5


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Kind(StrEnum):
    """How a fixture behaves where nothing changes."""

    STEADY = "never failed"
    HOPELESS = "never passed"
    COIN = "coin flip"
    FLAKY = "flaky"


class Flake(_Noun):
    """One fixture: how often it failed where nothing changed, with the exact 95 % interval."""

    fixture: str
    kind: Kind
    failed: int
    trials: int
    interval: tuple[float, float]
    calls: int
    setups_p: float = Field(description="That its set-ups differ that much by chance, adjusted for all fixtures.")
    copies: bool = Field(description="Every answer was the same, word for word.")


class Gates(_Noun):
    """A/A gates and how they ended. `interval` is the exact 95 % one of the probability of a block."""

    gates: int
    blocked: int
    flagged: int
    passed: int | None = None
    interval: tuple[float, float]


class Alike(_Noun):
    """How alike the trials of one set-up are. `design_effect` of them are worth one that is independent."""

    icc: float
    p_value: float
    design_effect: float
    typical: float


class Screen(_Noun):
    """What another `screen` would cost where nothing changed, and how often it would block two breaks: simulated."""

    screen: int | Literal["auto"]
    gates: int
    calls: float
    one: float
    half: float


class Calibration(_Noun):
    """What is known of a suite from gates of a revision against itself.

    `real` are the gates of this run, `record` all of this suite and these rules: both took calls, and no trial counts
    twice. `resampled` took none: its gates share the real trials, so they say nothing about set-ups that never were.
    """

    schema_: Literal["llmgate.calibration/1"] = Field(default="llmgate.calibration/1", alias="schema")
    commit: str
    fixtures: int
    alpha: float
    exit_code: int
    real: Gates
    record: Gates
    resampled: Gates | None = None
    flakes: tuple[Flake, ...]
    alike: Alike | None
    screens: tuple[Screen, ...] = ()
    trials: int
    errors: int
    error: str = ""
    calls: int
    reused: int
    usd: float
    unfinished: str | None = None
    left_out: tuple[str, ...] = ()


def gates(ended: Sequence[Gated]) -> Gates | None:
    """Count gates that were simulated."""
    if not ended:
        return None
    return counted(
        gates=len(ended),
        blocked=sum(one.blocked for one in ended),
        flagged=sum(one.flagged for one in ended),
        passed=sum(one.passed for one in ended),
    )


def counted(*, gates: int, blocked: int, flagged: int, passed: int | None = None) -> Gates:
    interval = clopper_pearson.interval(blocked, gates)
    return Gates(gates=gates, blocked=blocked, flagged=flagged, passed=passed, interval=(interval.low, interval.high))


def exit_code(record: Gates, alpha: float) -> int:
    """Return 1 where the gate blocks more of these gates than it may: the exact interval lies above alpha."""
    return 1 if record.interval[0] > alpha else 0


def alike(drawn: Drawn) -> tuple[Alike | None, dict[str, float]]:
    """Say how alike the trials of a set-up are, and how sure it is of each fixture that its set-ups differ."""
    names = [name for name in sorted(drawn.fixtures) if drawn.fixtures[name].groups.tells]
    found = setup_correlation.correlation([drawn.fixtures[name].groups for name in names])
    if found is None:
        return None, {}
    adjusted = holm.adjusted(list(found.alone))
    return _alike(found), dict(zip(names, adjusted, strict=True))


def _alike(found: Correlation) -> Alike:
    return Alike(icc=found.icc, p_value=found.p_value, design_effect=found.design_effect, typical=found.typical)


def flakes(drawn: Drawn, setups: dict[str, float]) -> Iterator[Flake]:
    """Describe each fixture that has a usable trial, those that fail most often first."""
    tried = [(name, outcomes) for name, outcomes in drawn.fixtures.items() if outcomes.trials]
    for name, outcomes in sorted(tried, key=lambda row: (row[1].passed / row[1].trials, row[0])):
        failed = outcomes.trials - outcomes.passed
        interval = clopper_pearson.interval(failed, outcomes.trials)
        yield Flake(
            fixture=name,
            kind=_kind(failed, outcomes.trials),
            failed=failed,
            trials=outcomes.trials,
            interval=(interval.low, interval.high),
            calls=outcomes.calls,
            setups_p=setups.get(name, 1.0),
            copies=outcomes.trials >= LEAST_COPIES and len(outcomes.answers) == 1,
        )


def _kind(failed: int, trials: int) -> Kind:
    if not failed:
        return Kind.STEADY
    if failed == trials:
        return Kind.HOPELESS
    return Kind.COIN if COIN <= failed / trials <= 1 - COIN else Kind.FLAKY
