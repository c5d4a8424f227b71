"""`retrieval:contains-ids`: the documents that were needed were retrieved."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge


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
        wanted = dict.fromkeys(subject.gold if self.value is None else self.value)
        if not wanted:
            raise CannotJudge("there are no ids to look for", remedy="give value, or gold ids in the fixture's context")
        retrieved = {document.id for document in subject.trace.documents}
        missing = [name for name in wanted if name not in retrieved]
        score = 1 - len(missing) / len(wanted)
        reason = f"not retrieved: {judgement.listed(missing)}" if missing else "all documents were retrieved"
        return Judgement(passed=score >= self.threshold, score=score, reason=reason)
