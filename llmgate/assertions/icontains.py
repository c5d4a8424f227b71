"""`icontains`: the output has a text in it, in upper or lower case."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, texts
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IContains(BaseModel):
    """The output has `value` in it, whatever the case of the letters.

        {type: icontains, value: refund}

    Both are put into lower case by Unicode's rules, as JavaScript's `toLowerCase` does: `ß` and `ss` stay apart.
    """

    model_config = fields.STRICT

    value: fields.Text = Field(description="The text to look for.")

    def grade(self, subject: Subject) -> Judgement:
        return texts.contains(subject.output, self.value, fold=str.lower)
