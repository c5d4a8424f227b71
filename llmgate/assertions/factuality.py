"""`factuality`: a judge finds that the output does not contradict a reference answer."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, Field

from llmgate.assertions import answering, asking, fields
from llmgate.assertions.asking import Inquiry
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject

MAX_REFERENCE_CHARS = 50_000

CRITERION: Final = (
    "The output does not disagree with `reference` on any fact. It may say less, it may say more, and it may differ in "
    "wording, order, style and in what has no bearing on facts. It disagrees if both cannot be true."
)


class Factuality(BaseModel):
    """The judge that `policy.judge` names on the base finds no disagreement with the reference answer in `value`.

        {type: factuality, value: Returns are free within 14 days of delivery.}

    As in promptfoo with its default scores: an output that says less than the reference, more, the same, or differs in
    what has no bearing on facts passes; one that disagrees fails. So an answer of another subject passes too: pair this
    with an assertion of what must be said. The judge answers and is read as for `llm-rubric`; it is asked for a verdict
    instead of promptfoo's letters A to E, so that one calibration holds for both, and there is no per-letter score.
    """

    model_config = fields.STRICT

    value: Annotated[fields.Text, Field(max_length=MAX_REFERENCE_CHARS)] = Field(description="The reference answer.")

    def inquiry(self, subject: Subject) -> Inquiry:
        return asking.inquiry(subject, CRITERION, reference=self.value)

    def grade(self, subject: Subject) -> Judgement:
        inquiry = self.inquiry(subject)
        return answering.judged(subject.trace.rulings.get(inquiry.digest), inquiry)
