"""Why a fixture broke, as the report says it: which factor, which hunk, what cures it, and its hypothesis.

Every count is of trials that were drawn for this; none of it bears on the verdict.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(pattern=r"^\[?[a-z]{1,20}\]?$")]
"""A word of ours, or what stands for a redacted one. Renderers print it as it is, whoever wrote the file it is from."""


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ArmEntry(_Noun):
    """Trials of one mixed arm; `head` are the factors that it has of the head, none for the base's own."""

    head: tuple[Word, ...] = ()
    passed: int = 0
    trials: int = 0


class AttributionEntry(_Noun):
    """Which factors of the change broke it.

    `causes` are the smallest sets that do: a set of one alone, a larger one only together. `cures` are the factors of
    which putting one back cures it, `open` those that may have a part in it for all that was drawn. `shares` are of the
    drop: Shapley's value up to three factors, which adds up to 1, beyond that what putting the factor back regains.
    Without `arms` only one factor differs, and nothing was drawn.
    """

    causes: tuple[tuple[Word, ...], ...] = ()
    cures: tuple[Word, ...] = ()
    open: tuple[Word, ...] = ()
    shares: dict[Word, float] = {}
    arms: tuple[ArmEntry, ...] = ()


class BlamedHunk(_Noun):
    """One place of a prompt's file; `line` is of the head's text."""

    path: str
    line: int
    removed: str = ""
    added: str = ""


class LocatedEntry(_Noun):
    """The hunks of the edit that break it, of `total`.

    `breaks`: they do it alone. `suffices`: the head is well without them. `minimal`: none can be left out. Each is
    shown by pairs, with evidence, where it is true. `comparisons` sets of hunks were held against base or head.
    """

    hunks: tuple[BlamedHunk, ...] = ()
    total: int = 0
    breaks: bool = False
    suffices: bool = False
    minimal: bool = False
    comparisons: int = 0


class EffectEntry(_Noun):
    """What one treatment of the failing fixture did. `lower` is the exact 97.5 % lower limit of the difference."""

    name: str
    title: str
    category: str
    passed: int
    trials: int
    unchanged_passed: int
    unchanged_trials: int
    lower: float
    holds: bool


class HypothesisEntry(_Noun):
    """The fixture's hypothesis, what became of it here, and the treatments that it was tested by."""

    statement: str
    status: Literal["open", "confirmed", "rejected"]
    tested_by: tuple[str, ...] = ()


class DiagnosisEntry(_Noun):
    """All that is known of why. `unmoved` of `without_context` failing answers stay the same without any document."""

    attribution: AttributionEntry | None = None
    located: LocatedEntry | None = None
    effects: tuple[EffectEntry, ...] = ()
    unmoved: int = 0
    without_context: int = 0
    hypothesis: HypothesisEntry | None = None


class DiagnosisEffort(_Noun):
    """What diagnosing took, beside the report's `calls` and `cost`. `exhausted` says what ended it before its end."""

    calls: int = 0
    reused: int = 0
    usd: float = 0.0
    exhausted: str = ""
