"""`icontains-all`: the output has every one of the texts in it, in upper or lower case."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, texts
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IContainsAll(BaseModel):
    """The output has every one of the texts in `value` in it, whatever the case of the letters.

        {type: icontains-all, value: [refund, money back]}

    With `not-`, at least one of the texts must be missing; to forbid each of them, negate `icontains-any`.
    The list is written as a list: one text with commas is one text.
    """

    model_config = fields.STRICT

    value: fields.Texts = Field(description="The texts to look for.")

    def grade(self, subject: Subject) -> Judgement:
        return texts.contains_all(subject.output, self.value, fold=str.lower)
