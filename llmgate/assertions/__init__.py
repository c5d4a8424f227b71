"""What may be asserted of a trial: one file per kind of check, named after its id with `-`, `:` and `@` as `_`.

text        equals, contains, icontains, contains-any, contains-all, icontains-any, icontains-all, starts-with, regex,
            word-count, levenshtein, is-refusal
JSON        is-json, contains-json, format:json-schema
languages   is-xml, contains-xml, is-html, contains-html, is-sql, contains-sql
likeness    rouge-n, bleu, gleu, meteor, and by embeddings similar, similar:cosine, similar:dot, similar:euclidean
tools       is-valid-openai-tools-call, is-valid-function-call, is-valid-openai-function-call, tool-call-f1,
            trajectory:tool-used, trajectory:tool-args-match, trajectory:tool-sequence, trajectory:step-count,
            tool:no-unknown
documents   retrieval:contains-ids, retrieval:recall@k, retrieval:not-dropped, grounding:citations-exist,
            grounding:no-unsupported-numbers, grounding:supported-ratio
the call    latency, cost, finish-reason, guardrails, perplexity, perplexity-score
repeats     stable
a judge     llm-rubric, factuality
groups      assert-set
your own    python, custom:NAME

`Assertion` is one of them as a fixture writes it. docs/assertions.md has all of them with their fields.
"""

from __future__ import annotations

import difflib
from typing import Any, Final

from pydantic import (
    BaseModel,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    SerializationInfo,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import definition_reference_schema

from llmgate.assertions import fields, judgement
from llmgate.assertions.assert_set import AssertSet
from llmgate.assertions.custom import NAMED, PATTERN, PREFIX, Custom
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.kinds import KINDS
from llmgate.assertions.subject import Check, Subject, refutes
from llmgate.errors import CannotJudge
from llmgate.trial import Grade

__all__ = ["KINDS", "Assertion", "Subject"]

NOT: Final = "not-"
MAX_SETS_DEEP = 8
MAX_WEIGHT = 1_000


class Assertion(BaseModel):
    """One check of a trial as a fixture writes it: `type`, what all assertions share, and the kind's own fields."""

    model_config = fields.STRICT

    type: str = Field(description="The kind of check. `not-` before it turns the result around.")
    weight: float = Field(
        default=1.0,
        ge=0,
        le=MAX_WEIGHT,
        strict=True,
        description="How much the score counts in the mean. With 0 it is only measured and cannot fail the case.",
    )
    metric: fields.Name | None = Field(default=None, description="The name under which the score is reported.")
    category: fields.Name | None = Field(
        default=None, description="The kind of failure that this guards against (taxonomy)."
    )
    check: Any

    @property
    def kind(self) -> str:
        """The id of the check, without `not-`."""
        return self.type.removeprefix(NOT)

    def grade(self, subject: Subject) -> Grade:
        """Judge one trace. Never raises: a check that cannot judge, or breaks, gives a grade with `error` set."""
        try:
            judged = self._judged(subject)
        except CannotJudge as refusal:
            judged = _unjudged(f"{refusal.told}; {refusal.remedy}")
        except Exception as crash:  # noqa: BLE001 - a crashed assertion is a failure record, never a zero
            judged = _unjudged(f"the check broke: {type(crash).__name__}: {crash}")
        return Grade(
            assertion=self.type,
            passed=judged.error is None and (judged.passed or self.weight == 0),
            score=judged.score,
            reason=judgement.short(judged.reason),
            weight=self.weight,
            metric=self.metric,
            category=self.category,
            error=None if judged.error is None else judgement.short(judged.error),
            parts=judged.parts,
        )

    def _judged(self, subject: Subject) -> Judgement:
        check: Check = self.check
        if not self.type.startswith(NOT):
            return check.grade(subject)
        return check.refute(subject) if refutes(check) else _opposite(check.grade(subject))

    @model_validator(mode="wrap")
    @classmethod
    def _from_mapping(cls, data: Any, handler: ModelWrapValidatorHandler[Assertion]) -> Assertion:
        if not isinstance(data, dict):
            return handler(data)
        own = {key: value for key, value in data.items() if key not in _SHARED}
        shared = {key: value for key, value in data.items() if key in _SHARED}
        check, complaints = _read_check(data.get("type"), own)
        try:
            read = handler({**shared, "check": check})
        except ValidationError as error:
            complaints += _details(error)
        if complaints:
            raise ValidationError.from_exception_data(cls.__name__, complaints)
        return read

    @model_serializer(mode="plain")
    def _as_mapping(self, info: SerializationInfo) -> dict[str, Any]:
        """Write the mapping back, without what is at its default: equal assertions give equal mappings."""
        shared = {
            "weight": None if self.weight == 1 else self.weight,
            "metric": self.metric,
            "category": self.category,
        }
        own = self.check.model_dump(mode=info.mode, by_alias=True, exclude_defaults=True)
        return {"type": self.type, **own, **{key: value for key, value in shared.items() if value is not None}}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        wrapper = handler.resolve_ref_schema(handler(core_schema))
        if "properties" not in wrapper:
            return wrapper  # of what is written rather than read
        itself = handler(definition_reference_schema(core_schema["ref"]))
        shared = {key: value for key, value in wrapper["properties"].items() if key in _SHARED}
        kinds = [_kind_schema(kind, shared, itself, handler) for kind in KINDS]
        kinds.append(_custom_schema(shared, handler))
        return {"title": cls.__name__, "description": cls.__doc__ or "", "oneOf": kinds}


_SHARED: Final = frozenset({"type", "weight", "metric", "category"})
AssertSet.model_rebuild(_types_namespace={"Assertion": Assertion})


def _unjudged(why: str) -> Judgement:
    return Judgement(passed=False, score=0.0, reason=f"could not judge: {why}", error=why)


def _opposite(judged: Judgement) -> Judgement:
    if judged.error is not None:
        return judged
    return Judgement(passed=not judged.passed, score=1.0 - judged.score, reason=judged.reason, parts=judged.parts)


def _read_check(written: Any, own: dict[str, Any]) -> tuple[Check | None, list[InitErrorDetails]]:
    """Read the kind's own fields; complaints carry the key they are about."""
    if not isinstance(written, str):
        return None, []  # the wrapper's own complaint is enough
    kind, own = _kind(written.removeprefix(NOT), own)
    if kind is None:
        return None, [_complaint("unknown_assertion", _unknown(written), ("type",), written)]
    if _sets_deep(own) > MAX_SETS_DEEP:
        return None, [
            _complaint("too_deep", f"sets of assertions nest at most {MAX_SETS_DEEP} deep", ("assert",), None)
        ]
    try:
        return kind.model_validate(own), []  # type: ignore[return-value]
    except ValidationError as error:
        return None, _details(error)


def _kind(named: str, own: dict[str, Any]) -> tuple[type[BaseModel] | None, dict[str, Any]]:
    if named.startswith(PREFIX):
        return Custom, {**own, NAMED: named.removeprefix(PREFIX)}
    return KINDS.get(named), own


def _unknown(written: str) -> str:
    negated = NOT if written.startswith(NOT) else ""
    close = difflib.get_close_matches(written.removeprefix(NOT)[:100], KINDS, n=3)
    meant = " or ".join(repr(negated + kind) for kind in close)
    advice = f"did you mean {meant}?" if meant else "docs/assertions.md lists the kinds"
    return f"unknown kind of assertion {judgement.quoted(written)}; {advice}"


def _sets_deep(own: Any) -> int:
    """How many sets are nested in each other, looking no further than is allowed."""
    level = [own]
    for depth in range(MAX_SETS_DEEP + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict) and isinstance(outer.get("assert"), (list, tuple))
            for inner in outer["assert"]
        ]
        if not level:
            return depth
    return MAX_SETS_DEEP + 1


def _details(error: ValidationError) -> list[InitErrorDetails]:
    return [
        _complaint(item["type"], item["msg"], item["loc"], item["input"]) for item in error.errors(include_url=False)
    ]


def _complaint(kind: str, message: str, where: tuple[int | str, ...], value: Any) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(kind, message), loc=where, input=value)


def _kind_schema(
    kind: str, shared: dict[str, Any], assertion: JsonSchemaValue, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    """The JSON Schema of one kind as it is written: flat, with and without `not-`."""
    model = KINDS[kind]
    own = handler.resolve_ref_schema(handler(model.__pydantic_core_schema__))
    properties = dict(own.get("properties", {}))
    if model is AssertSet:
        properties["assert"] = {**properties["assert"], "items": assertion}
    written = {**shared["type"], "enum": [kind, NOT + kind]}
    return {
        "type": "object",
        "title": kind,
        "description": (model.__doc__ or "").partition("\n")[0],
        "properties": {"type": written, **properties, **{key: shared[key] for key in shared if key != "type"}},
        "required": ["type", *own.get("required", [])],
        "additionalProperties": False,
    }


def _custom_schema(shared: dict[str, Any], handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """The JSON Schema of the repository's own classes, whose fields are theirs."""
    own = handler.resolve_ref_schema(handler(Custom.__pydantic_core_schema__))
    written = {**shared["type"], "pattern": f"^({NOT})?{PREFIX}{PATTERN}$"}
    return {
        "type": "object",
        "title": f"{PREFIX}NAME",
        "description": (Custom.__doc__ or "").partition("\n")[0],
        "properties": {**shared, "type": written, "threshold": own["properties"]["threshold"]},
        "required": ["type"],
    }
