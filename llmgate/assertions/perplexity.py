"""`perplexity`: the model was not too unsure of its answer."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement, token_odds
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class Perplexity(BaseModel):
    """The perplexity of the last answer is at most `threshold`.

        {type: perplexity, threshold: 1.5}

    Perplexity is exp(-mean(ln p)) over the answer's tokens: 1 where the model was certain, 4 where it chose as if
    among four equally likely tokens. Without `threshold` it passes whatever the perplexity is. A trial whose
    provider returned no log probabilities cannot be judged: set `logprobs: true` in the model's `params`.
    """

    model_config = fields.STRICT

    threshold: fields.Quantity | None = Field(
        default=None, description="The highest perplexity that passes; 1 is the lowest there is."
    )

    def grade(self, subject: Subject) -> Judgement:
        value = token_odds.perplexity(subject.trace)
        if self.threshold is None:
            return judgement.verdict(passed=True, reason=f"the perplexity is {value:.4g}; there is no threshold")
        return judgement.verdict(
            value <= self.threshold, f"the perplexity is {value:.4g}; the threshold is {self.threshold:g}"
        )
