"""`similar:cosine`: the output means much the same as a text, by the cosine of their embeddings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from llmgate.assertions import fields, likeness
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class SimilarCosine(BaseModel):
    """The cosine of the embeddings of the output and of `value` is at least `threshold`: another name of `similar`.

        {type: "similar:cosine", value: The parcel is on its way., threshold: 0.8}

    All that is said of `similar` holds.
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
