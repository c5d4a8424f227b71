"""`tool-call-f1`: how well the tools that were called are the expected ones."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class ToolCallF1(BaseModel):
    """The F1 score of the called tools against the expected ones reaches `threshold`.

        {type: tool-call-f1, value: [lookup_order, refund], threshold: 0.8}

    The calls are those that the provider reported; calls written in the text of an answer, which promptfoo reads, are
    not. The list is written as a list: one text with commas is one text. Only names count, each once:
    F1 = 2 · |called ∩ expected| / (|called| + |expected|), the harmonic mean of precision and recall. Names are
    compared exactly. The score of the assertion is the F1, so that it can be a `metric`; with `not-` it is 1 - F1.
    """

    model_config = fields.STRICT

    value: fields.Texts = Field(description="The names of the expected tools.")
    threshold: fields.Share = Field(default=1.0, description="The smallest F1 that passes.")

    def grade(self, subject: Subject) -> Judgement:
        expected = set(self.value)
        called = {call.name for call in subject.trace.tool_calls}
        score = 2 * len(called & expected) / (len(called) + len(expected))
        reason = f"F1 is {score:.3f}, the threshold is {self.threshold:g}; called: {judgement.listed(sorted(called))}"
        return Judgement(passed=score >= self.threshold, score=score, reason=reason)
