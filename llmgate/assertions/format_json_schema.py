"""`format:json-schema`: the output is JSON of the schema that was asked for."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field, JsonValue

from llmgate.assertions import fields, json_text, judgement, schemas, sent
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.trial import FinishReason


class Flaw(StrEnum):
    """What is wrong with the format of an answer."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    WRAPPER_NOISE = "wrapper_noise"
    UNPARSEABLE = "unparseable"
    SCHEMA_VIOLATION = "schema_violation"


class FormatJsonSchema(BaseModel):
    """The output as a whole is JSON of the schema in `value` or, without it, of the schema that the request sent.

        {type: "format:json-schema"}

    JSON and the schema are as for `is-json`; nothing is repaired. It adds two things. Without `value` the schema is the
    one that this arm sent as `response_format` (`json_schema.schema`), so that a change of the schema needs no change
    of the fixture; to hold an arm to a schema that a change cannot loosen, give `value`. And the reason begins with
    what is wrong: `empty`; `truncated` (the model stopped for `length`, and what is there is not JSON); `wrapper_noise`
    (JSON with a code fence or text around it); `unparseable`; or `schema_violation`.

    A request without such a schema cannot be judged without `value`, and neither can one with a schema that llmgate
    cannot apply.
    """

    model_config = fields.STRICT

    value: schemas.Schema | None = Field(default=None, description="A JSON Schema; the one of the request by default.")

    def grade(self, subject: Subject) -> Judgement:
        schema = _asked(subject) if self.value is None else self.value
        output = subject.output
        if flaw := json_text.flaw(output):
            return judgement.verdict(passed=False, reason=f"{_kind(subject)}: {flaw}")
        if breach := schemas.breach(schema, json_text.build(output)):
            return judgement.verdict(passed=False, reason=f"{Flaw.SCHEMA_VIOLATION}: {breach}")
        return judgement.verdict(passed=True, reason="the output is JSON of the schema")


def _kind(subject: Subject) -> Flaw:
    if not subject.output.strip():
        return Flaw.EMPTY
    if subject.trace.finish_reason is FinishReason.LENGTH:
        return Flaw.TRUNCATED
    return Flaw.WRAPPER_NOISE if next(json_text.embedded(subject.output), None) else Flaw.UNPARSEABLE


def _asked(subject: Subject) -> JsonValue:
    asked: JsonValue = sent.request(subject).params.get("response_format")
    for key in ("json_schema", "schema"):
        asked = asked.get(key) if isinstance(asked, dict) else None
    if asked is None:
        raise CannotJudge(
            "the request sent no JSON Schema", id="nothing-to-judge-by", remedy="give the schema as value"
        )
    if not schemas.is_usable(asked):
        raise CannotJudge("the schema that the request sent is none that llmgate can apply", id="schema-unusable")
    return asked
