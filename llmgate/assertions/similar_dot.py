"""`similar:dot`: the output means much the same as a text, by the dot product of their embeddings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from llmgate.assertions import fields, likeness
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class SimilarDot(BaseModel):
    """The dot product of the embeddings of the output and of `value` is at least `threshold`.

        {type: "similar:dot", value: The parcel is on its way., threshold: 0.8}

    Of vectors of length 1, as most embedders give them, it is the cosine; of others it has no bounds, and then neither
    has the threshold. The score is the product between 0 and 1, and 0 or 1 beyond. For the rest it is as `similar`.
    """

    model_config = fields.STRICT

    value: likeness.Values = Field(description="The text to compare with, or a list of which one is enough.")
    threshold: Annotated[float, Field(strict=True)] = Field(
        default=likeness.DEFAULT_THRESHOLD, description="The smallest product that passes."
    )

    def compared(self) -> tuple[str, ...]:
        return self.value

    def grade(self, subject: Subject) -> Judgement:
        return likeness.similar(subject, self.value, self.threshold, likeness.dot, "dot product")
