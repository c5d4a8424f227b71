"""Trials as a page shows them: what was sent, found, called and answered, how it was graded, and how long it took."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ShownMessage(_Noun):
    """One turn that was sent, as text."""

    role: str
    text: str = ""


class ShownDocument(_Noun):
    id: str
    text: str = ""
    score: float | None = None


class ShownTool(_Noun):
    """A call of a tool, and what came back; `result` is None where nothing did."""

    name: str
    arguments: str = ""
    result: str | None = None
    failed: bool = False


class ShownGrade(_Noun):
    """One assertion; `outcome` is `error` where it could not judge. `depth` counts the sets that it is in."""

    assertion: str
    outcome: Literal["passed", "failed", "error"]
    score: float = 0.0
    reason: str = ""
    depth: int = 0


class ShownStep(_Noun):
    """One bar of the waterfall, in milliseconds from the start of the trial."""

    kind: Literal["model", "tool", "judge", "repeat"]
    name: str
    start_ms: float
    ms: float
    note: str = ""


class ShownTrial(_Noun):
    """One trial. `outcome` is `unknown` where only its answer was kept. `answer` is the output with its tool calls."""

    fixture: str
    arm: Literal["base", "head"]
    index: int
    stage: str = ""
    outcome: Literal["passed", "failed", "error", "unknown"] = "unknown"
    reason: str = ""
    messages: tuple[ShownMessage, ...] = ()
    documents: tuple[ShownDocument, ...] = ()
    tools: tuple[ShownTool, ...] = ()
    answer: str = ""
    grades: tuple[ShownGrade, ...] = ()
    steps: tuple[ShownStep, ...] = ()
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float | None = None
    seconds: float = 0.0
    reused: bool = False


class Shown(_Noun):
    """The trials that a page holds, those of one fixture together. `left_out` counts fixtures that found no room."""

    trials: tuple[ShownTrial, ...] = ()
    left_out: int = 0
    note: str = ""


NOTHING = Shown()
