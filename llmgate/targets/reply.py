"""What an application answered, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.message import ToolCallPart
from llmgate.trial import Retrieved


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer, with what the application says it found and ran.

    `fault` names what it did wrong by itself, `error` why nobody can say what it would have answered: both are hostile
    text. `timed_out` tells that its time was over.
    """

    output: str = ""
    documents: tuple[Retrieved, ...] = ()
    tool_calls: tuple[ToolCallPart, ...] = ()
    fault: str | None = None
    error: str | None = None
    timed_out: bool = False
