"""`contains-any`: the output has at least one of the texts in it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, texts
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class ContainsAny(BaseModel):
    """The output has at least one of the texts in `value` in it; upper and lower case differ.

        {type: contains-any, value: [14 days, two weeks]}

    With `not-`, none of the texts may be there.
    The list is written as a list: one text with commas is one text.
    """

    model_config = fields.STRICT

    value: fields.Texts = Field(description="The texts to look for.")

    def grade(self, subject: Subject) -> Judgement:
        return texts.contains_any(subject.output, self.value)
