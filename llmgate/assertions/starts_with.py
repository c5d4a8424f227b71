"""`starts-with`: the output begins with a text."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class StartsWith(BaseModel):
    """The output begins with `value`.

        {type: starts-with, value: "Yes"}

    Space before it counts, and so does case.
    """

    model_config = fields.STRICT

    value: fields.Text = Field(description="The text to begin with.")

    def grade(self, subject: Subject) -> Judgement:
        begins = subject.output.startswith(self.value)
        found = judgement.quoted(subject.output[: len(self.value)])
        if begins:
            return judgement.verdict(passed=True, reason=f"the output begins with {judgement.quoted(self.value)}")
        return judgement.verdict(
            passed=False, reason=f"the output begins with {found}, not with {judgement.quoted(self.value)}"
        )
