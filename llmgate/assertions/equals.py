"""`equals`: the output is a text, or a JSON value."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, JsonValue

from llmgate.assertions import fields, json_text, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


def _no_fraction(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError('put the number in quotes, such as "1.50", so that it is compared as it was written')  # noqa: TRY004 - for pydantic
    return value


class Equals(BaseModel):
    """The output is exactly `value`: the same characters, or the same JSON.

        {type: equals, value: {city: Berlin, days: 14}}

    A text is compared character by character; space around it counts. A whole number, `true` and `false` stand for
    their text. A mapping, a list and `null` are compared as JSON values: the output must be JSON as a whole; the order
    of keys does not matter, `1` and `1.0` are equal, `1` and `true` are not.
    """

    model_config = fields.STRICT

    value: Annotated[JsonValue, AfterValidator(_no_fraction)] = Field(description="The expected text or JSON value.")

    def grade(self, subject: Subject) -> Judgement:
        if self.value is None or isinstance(self.value, (dict, list)):
            return self._same_json(subject.output)
        expected = self.value if isinstance(self.value, str) else json.dumps(self.value)
        shown = judgement.quoted(expected)
        if subject.output == expected:
            return judgement.verdict(passed=True, reason=f"the output is {shown}")
        return judgement.verdict(
            passed=False, reason=f"the output is {judgement.quoted(subject.output)}, expected is {shown}"
        )

    def _same_json(self, output: str) -> Judgement:
        if flaw := json_text.flaw(output):
            return judgement.verdict(passed=False, reason=flaw)
        same = json_text.equal(json_text.build(output), self.value)
        return judgement.verdict(same, f"the JSON of the output is {'' if same else 'not '}the expected one")
