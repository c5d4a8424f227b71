"""`llm-rubric`: a judge finds that the output meets a criterion."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from llmgate.assertions import answering, asking, fields
from llmgate.assertions.asking import Inquiry
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject

MAX_CRITERION_CHARS = 10_000


class LlmRubric(BaseModel):
    """The judge that `policy.judge` names on the base finds that the output meets the criterion in `value`.

        {type: llm-rubric, value: Says that the return is free and does not promise a date.}

    The judge is shown the criterion, the output, and the fixture's variables and earlier turns. It answers pass or
    fail, with a quote that must be in the output (white space aside) and a reason. Whatever else it answers, and no
    answer at all, makes the assertion unable to judge: never a pass and never a failure. An empty output is judged too.
    The score is 1 or 0. Until the judge is calibrated (`docs/judge.md`) the assertion has weight 0.

    Otherwise than in promptfoo there is no `provider`, `rubricPrompt` or `threshold`: one pinned judge grades both arms
    with one prompt, which is the one that was calibrated. `value` is no template. promptfoo's `model-graded-closedqa`
    asks the same of a criterion, and is this assertion here.
    """

    model_config = fields.STRICT

    value: Annotated[fields.Text, Field(max_length=MAX_CRITERION_CHARS)] = Field(description="The criterion.")
    documents: bool = Field(default=False, description="Whether the judge is shown the retrieved documents too.")

    def inquiry(self, subject: Subject) -> Inquiry:
        return asking.inquiry(subject, self.value, documents=self.documents)

    def grade(self, subject: Subject) -> Judgement:
        inquiry = self.inquiry(subject)
        return answering.judged(subject.trace.rulings.get(inquiry.digest), inquiry)
