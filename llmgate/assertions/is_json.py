"""`is-json`: the output as a whole is JSON, of a schema if one is given."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, json_text, judgement, schemas
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IsJson(BaseModel):
    """The output as a whole is one JSON value and, with `value`, is valid under that JSON Schema.

        {type: is-json, value: {type: object, required: [city], properties: {city: {type: string}}}}

    JSON is RFC 8259's: white space around it is fine; a code fence, a comment, a trailing comma, `NaN` and text
    around it are not. With `not-`, the output must not be JSON, or with `value` not be valid under it.

    The schema stands in the fixture. It is draft 2020-12 unless `$schema` names draft-07 or 2019-09; an unknown
    keyword is a fault unless it begins with `x-`; `$ref` reaches within the schema only; patterns are RE2's; `format`
    is checked for `date`, `time`, `date-time`, `email`, `ipv4`, `ipv6` and `uuid`. JSON that is nested deeper than 64
    levels, or has a number of more than 400 digits, cannot be judged against a schema.
    """

    model_config = fields.STRICT

    value: schemas.Schema | None = Field(default=None, description="A JSON Schema.")

    def grade(self, subject: Subject) -> Judgement:
        if flaw := json_text.flaw(subject.output):
            return judgement.verdict(passed=False, reason=flaw)
        if self.value is None:
            return judgement.verdict(passed=True, reason="the output is JSON")
        if breach := schemas.breach(self.value, json_text.build(subject.output)):
            return judgement.verdict(passed=False, reason=breach)
        return judgement.verdict(passed=True, reason="the output is JSON of the schema")
