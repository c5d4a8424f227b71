"""How what the two arms found differs, as the report says it of fixtures that search."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RetrievalDelta(_Noun):
    """How what two arms found differs, over the ids of the documents. None where a number is not defined.

    `jaccard` is the share of the ids that both found; the recalls are of the fixture's gold ids; `rank_shift` is the
    mean absolute difference of rank over the ids that both found.
    """

    jaccard: float | None = None
    base_recall: float | None = None
    head_recall: float | None = None
    rank_shift: float | None = None


class RetrievedEntry(RetrievalDelta):
    """One `retrieval: live` fixture; each arm was asked for at most its own `k`."""

    id: str
    base_k: int
    head_k: int
    differs: bool


class RetrievalSummary(_Noun):
    """All live fixtures, those that send the same bytes on both arms among them. `mean` weighs each alike."""

    mean: RetrievalDelta
    fixtures: tuple[RetrievedEntry, ...]
