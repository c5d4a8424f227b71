"""`perplexity-score`: how sure the model was of its answer, from 0 to 1."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, token_odds
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class PerplexityScore(BaseModel):
    """The score 1 / (1 + perplexity) of the last answer is at least `threshold`.

        {type: perplexity-score, threshold: 0.4}

    It is 0.5 where the model was certain of every token, and falls towards 0. Without `threshold` it passes
    whatever the score is. What perplexity is, and when it cannot be judged, is as for `perplexity`.
    """

    model_config = fields.STRICT

    threshold: fields.Share | None = Field(default=None, description="The lowest score that passes.")

    def grade(self, subject: Subject) -> Judgement:
        score = 1 / (1 + token_odds.perplexity(subject.trace))
        if self.threshold is None:
            return Judgement(passed=True, score=score, reason=f"the score is {score:.4f}; there is no threshold")
        reason = f"the score is {score:.4f}; the threshold is {self.threshold:g}"
        return Judgement(passed=score >= self.threshold, score=score, reason=reason)
