"""`finish-reason`: the model stopped for the expected reason."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.trial import FinishReason


def _as_written(value: Any) -> Any:
    """Accept promptfoo's `tool_calls` and any case."""
    if not isinstance(value, str):
        return value
    lower = value.lower()
    return "tool_call" if lower == "tool_calls" else lower


class FinishReasonIs(BaseModel):
    """The last model call of the trial stopped for the reason `value`.

        {type: finish-reason, value: stop}

    The words are OpenTelemetry's; promptfoo's `tool_calls` and capital letters are accepted. A trial with no model call
    cannot be judged.
    """

    model_config = fields.STRICT

    value: Annotated[FinishReason, BeforeValidator(_as_written)] = Field(
        description="`stop`, `length`, `content_filter`, `tool_call` or `error`."
    )

    def grade(self, subject: Subject) -> Judgement:
        reason = subject.trace.finish_reason
        if reason is None:
            raise CannotJudge(
                "the trial has no finish reason",
                id="nothing-to-judge-by",
                remedy="remove finish-reason from this target's fixtures",
            )
        return judgement.verdict(reason == self.value, f"the model stopped for {reason}; expected is {self.value}")
