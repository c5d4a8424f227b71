"""`latency`: the answer took at most so many milliseconds."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge


class Latency(BaseModel):
    """All model calls of the trial together took at most `threshold` milliseconds.

        {type: latency, threshold: 5000}

    A trial with no timed call cannot be judged. A call that the journal already had counts with the time it took
    when it was made.
    """

    model_config = fields.STRICT

    threshold: fields.Quantity = Field(description="The longest time that passes, in milliseconds.")

    def grade(self, subject: Subject) -> Judgement:
        if not subject.trace.calls:
            raise CannotJudge(
                "the trial has no timed model call",
                id="nothing-to-judge-by",
                remedy="remove latency from this target's fixtures",
            )
        took_ms = subject.trace.latency_s * 1_000
        return judgement.verdict(
            took_ms <= self.threshold, f"the calls took {took_ms:.0f} ms; the threshold is {self.threshold:g} ms"
        )
