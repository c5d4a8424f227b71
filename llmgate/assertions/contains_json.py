"""`contains-json`: somewhere in the output is JSON, of a schema if one is given."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, json_text, judgement, schemas
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

MAX_VALUES_TRIED = 100


class ContainsJson(BaseModel):
    """The output has a JSON object in it, such as in a code fence, or with `value` any JSON valid under that schema.

        {type: contains-json, value: {type: object, required: [city]}}

    Without `value`, an object is needed: `[1]` is more often a citation than a list. With it, each outermost array and
    each outermost object is tried until one is valid; after 100 different ones the assertion cannot judge.
    JSON and the schema are as for `is-json`: what needs repair is not JSON.
    """

    model_config = fields.STRICT

    value: schemas.Schema | None = Field(default=None, description="A JSON Schema.")

    def grade(self, subject: Subject) -> Judgement:
        if self.value is None:
            found = any(text.startswith("{") for text in json_text.embedded(subject.output))
            return judgement.verdict(found, f"the output has {'a' if found else 'no'} JSON object in it")
        return self._of_the_schema(self.value, subject.output)

    def _of_the_schema(self, schema: schemas.Schema, output: str) -> Judgement:
        seen: set[str] = set()
        breach = "the output has no JSON array or object in it"
        for text in json_text.embedded(output):
            if text in seen:
                continue
            if len(seen) == MAX_VALUES_TRIED:
                raise CannotJudge(
                    f"none of the first {MAX_VALUES_TRIED} JSON values in the output is of the schema",
                    id="too-much-to-judge",
                )
            seen.add(text)
            broken = schemas.breach(schema, json_text.build(text))
            if broken is None:
                return judgement.verdict(passed=True, reason="the output has JSON of the schema in it")
            breach = broken
        return judgement.verdict(passed=False, reason=breach)
