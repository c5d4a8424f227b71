"""`contains`: the output has a text in it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, texts
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class Contains(BaseModel):
    """The output has `value` in it; upper and lower case differ.

        {type: contains, value: 14 days}

    A whole number is looked for as its digits. Any other number, and `true` or `false`, must be in quotes, so that
    it is looked for as it was written.
    """

    model_config = fields.STRICT

    value: fields.Text = Field(description="The text to look for.")

    def grade(self, subject: Subject) -> Judgement:
        return texts.contains(subject.output, self.value)
