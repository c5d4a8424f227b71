"""`similar:euclidean`: the output means much the same as a text, by the distance of their embeddings."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, likeness
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class SimilarEuclidean(BaseModel):
    """The distance between the embeddings of the output and of `value` is at most `threshold`.

        {type: "similar:euclidean", value: The parcel is on its way., threshold: 0.5}

    The threshold is here the largest distance that passes: a smaller one is stricter. Of a list the nearest value
    counts. The score is 1 / (1 + distance). A blank output is near nothing: it fails with score 0. For the rest it is
    as `similar`.
    """

    model_config = fields.STRICT

    value: likeness.Values = Field(description="The text to compare with, or a list of which one is enough.")
    threshold: fields.Quantity = Field(
        default=likeness.DEFAULT_THRESHOLD, description="The largest distance that passes."
    )

    def compared(self) -> tuple[str, ...]:
        return self.value

    def grade(self, subject: Subject) -> Judgement:
        return likeness.near(subject, self.value, self.threshold)
