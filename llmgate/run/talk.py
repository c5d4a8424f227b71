"""What came of a trial's work, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.message import ToolCallPart
from llmgate.trial import Call, Miss, Request, Retrieved


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What was said, and when it ended, in seconds since 1970.

    `request` is the last one that was sent. `documents` are those that an application says it found, None where it
    says nothing; `miss` is what could not be replayed, `fault` what an application did wrong by itself.
    """

    calls: tuple[Call, ...]
    output: str
    tool_calls: tuple[ToolCallPart, ...]
    request: Request
    finished_at: float
    documents: tuple[Retrieved, ...] | None = None
    miss: Miss | None = None
    fault: str | None = None
