"""What a run took: calls by what became of them, and dollars."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class JudgeCalls(_Noun):
    """The judge's part of the calls that were made, and of their cost."""

    made: int = 0
    usd: float = 0.0
    unpriced: int = 0


class CallCounts(_Noun):
    """`planned` is the most that the plan could have needed; `reused` came from the journal without a call."""

    planned: int = 0
    made: int = 0
    reused: int = 0
    errors: int = 0
    judge: JudgeCalls = JudgeCalls()


class Cost(_Noun):
    """Dollars of this run's calls. `unpriced` calls have no known price and are not in `usd`."""

    usd: float = 0.0
    unpriced: int = 0
