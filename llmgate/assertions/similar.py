"""`similar`: the output means much the same as a text, by the cosine of their embeddings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from llmgate.assertions import fields, likeness
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class Similar(BaseModel):
    """The cosine of the embeddings of the output and of `value` is at least `threshold`.

        {type: similar, value: [The parcel is on its way., Your order was shipped.], threshold: 0.8}

    The embeddings are those of the model that `policy.embedder` names on the base (`docs/embedder.md`); a fixed formula
    decides, so it needs no calibration. Of a list one value is enough, and the score is that of the value that is most
    alike, from 0 (of an obtuse angle, too) to 1. With `not-` the output is like none of the values. At the threshold it
    passes, and fails with `not-`, up to a difference of 0.000001.

    A blank output (empty or white space) is not sent to the embedder, which would refuse it: its similarity is 0.
    Without an embedder, where it gives no answer or no whole vector, and where a vector is zero, the assertion cannot
    judge: never a pass. Neither can outputs be judged that have more than 100,000 characters, or that the embedder
    refuses as too long. A blank value is a fault.

    Otherwise than in promptfoo there is no `provider`: one embedder serves both arms. There a provider's error fails
    the assertion and its `not-` alike, and the score of a list is that of the first value that passes.
    """

    model_config = fields.STRICT

    value: likeness.Values = Field(description="The text to compare with, or a list of which one is enough.")
    threshold: Annotated[float, Field(strict=True, ge=-1, le=1)] = Field(
        default=likeness.DEFAULT_THRESHOLD, description="The smallest cosine that passes."
    )

    def compared(self) -> tuple[str, ...]:
        return self.value

    def grade(self, subject: Subject) -> Judgement:
        return likeness.similar(subject, self.value, self.threshold, likeness.cosine, "cosine similarity")
