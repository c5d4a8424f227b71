"""How often each kind of failure was seen on both arms, as the report says it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FailedCounts(_Noun):
    failed: int = 0
    trials: int = 0


class CategoryEntry(_Noun):
    """One kind of failure on both arms; `category` is the id, `name` is for people.

    Counts and p-values are of the trials that `source` names: those of the screen, drawn alike on both arms, with an
    exact test stratified by fixture; or the fresh pairs, whose number the outcomes chose: 1 / the highest evidence.
    `adjusted_p_value` is Holm's over all that were tested; a bucket is counted and not tested. `evidence` is an
    e-value of the fresh pairs, odds against "no fixture fails in this way more often", at its highest; None without a
    pair. Where the base's policy gates the category, `gated` says what it does at `limit`.
    """

    category: str
    name: str
    base: FailedCounts
    head: FailedCounts
    source: Literal["screen", "pairs"]
    p_value: float | None = None
    adjusted_p_value: float | None = None
    evidence: float | None = None
    gated: Literal["block", "warn"] | None = None
    limit: float | None = None
