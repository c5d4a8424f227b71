"""`retrieval:contains-ids`: the documents that were needed were retrieved."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, recall
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class RetrievalContainsIds(BaseModel):
    """The documents that the model saw include those with the ids in `value`, or in the fixture's `context.gold`.

        {type: "retrieval:contains-ids", value: ["returns.md#3", "returns.md#4"], threshold: 0.5}

    The score is the share of the ids that were retrieved (recall); it must reach `threshold`. Without `value` and
    without gold ids there is nothing to look for, and the assertion cannot judge. It tells something new only where
    retrieval runs (`retrieval: live`): frozen documents are the same in every trial.
    """

    model_config = fields.STRICT

    value: fields.Texts | None = Field(default=None, description="Ids of documents; the gold ids by default.")
    threshold: fields.Share = Field(default=1.0, description="The smallest share of the ids that passes.")

    def grade(self, subject: Subject) -> Judgement:
        return recall.judge(recall.wanted(self.value, subject), subject.trace.documents, self.threshold)
