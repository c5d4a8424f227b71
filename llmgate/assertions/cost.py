"""`cost`: the answer cost at most so many dollars."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge


class Cost(BaseModel):
    """All model calls of the trial together cost at most `threshold` US dollars.

        {type: cost, threshold: 0.002}

    A trial with a call of unknown price, or with no call, cannot be judged: it never passes for want of a price.
    promptfoo's form without `threshold`, which only measures, is a fault: the report has the cost anyway.
    """

    model_config = fields.STRICT

    threshold: fields.Quantity = Field(description="The highest cost that passes, in US dollars.")

    def grade(self, subject: Subject) -> Judgement:
        cost_usd = subject.trace.cost_usd
        if cost_usd is None or not subject.trace.calls:
            raise CannotJudge(
                "the cost of the trial is unknown",
                id="nothing-to-judge-by",
                remedy="use a model with a known price, or remove cost",
            )
        return judgement.verdict(
            cost_usd <= self.threshold, f"the calls cost ${cost_usd:.6f}; the threshold is ${self.threshold:g}"
        )
