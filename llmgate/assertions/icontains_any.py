"""`icontains-any`: the output has at least one of the texts in it, in upper or lower case."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, texts
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IContainsAny(BaseModel):
    """The output has at least one of the texts in `value` in it, whatever the case of the letters.

        {type: icontains-any, value: [refund, money back]}

    With `not-`, none of the texts may be there.
    The list is written as a list: one text with commas is one text.
    """

    model_config = fields.STRICT

    value: fields.Texts = Field(description="The texts to look for.")

    def grade(self, subject: Subject) -> Judgement:
        return texts.contains_any(subject.output, self.value, fold=str.lower)
