"""`retrieval:recall@k`: the documents that were needed are among the first few that were retrieved."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from llmgate.assertions import fields, recall
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class RetrievalRecallAtK(BaseModel):
    """The first `k` documents that the model saw include those with the ids in `value`, or in `context.gold`.

        {type: "retrieval:recall@k", value: ["returns.md#3"], k: 3}

    The score is recall@k = |wanted ∩ first k| / |wanted|, with the wanted ids counted once; it must reach `threshold`.
    With more wanted ids than `k` the score cannot reach 1: give a threshold of at most k / |wanted|. Fewer than `k`
    documents are all looked at. No document at all scores 0. Without `value` and without gold ids there is nothing to
    look for, and the assertion cannot judge.
    """

    model_config = fields.STRICT

    value: fields.Texts | None = Field(default=None, description="Ids of documents; the gold ids by default.")
    k: Annotated[int, Field(strict=True, ge=1, le=1_000)] = Field(description="How many documents count, best first.")
    threshold: fields.Share = Field(default=1.0, description="The smallest share of the ids that passes.")

    def grade(self, subject: Subject) -> Judgement:
        return recall.judge(recall.wanted(self.value, subject), subject.trace.documents[: self.k], self.threshold)
