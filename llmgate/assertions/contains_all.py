"""`contains-all`: the output has every one of the texts in it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, texts
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class ContainsAll(BaseModel):
    """The output has every one of the texts in `value` in it; upper and lower case differ.

        {type: contains-all, value: [14 days, two weeks]}

    With `not-`, at least one of the texts must be missing; to forbid each of them, negate `contains-any`.
    The list is written as a list: one text with commas is one text.
    """

    model_config = fields.STRICT

    value: fields.Texts = Field(description="The texts to look for.")

    def grade(self, subject: Subject) -> Judgement:
        return texts.contains_all(subject.output, self.value)
