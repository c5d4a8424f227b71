"""What a function of promptfoo's `python` returned, as JSON → what it means there.

https://github.com/promptfoo/promptfoo/blob/main/src/assertions/python.ts
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from llmgate.assertions import json_text, judgement
from llmgate.errors import CannotJudge

MAX_NAMED_SCORES = 50

# As much of a text as JavaScript's parseFloat reads, without Infinity.
_NUMBER: Final = re.compile(r"\s*+([+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A verdict. `score` is None where it is the verdict's own: 1 or 0, the other with `not-`."""

    passed: bool
    score: float | None = None
    reason: str = ""
    named_scores: dict[str, float] = field(default_factory=dict)


class _GradingResult(BaseModel):
    """promptfoo's `isGradingResult`; in the place of its keys those with `_` are taken, as from Python."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)

    passed: bool = Field(validation_alias=AliasChoices("pass", "pass_"))
    score: float
    reason: str
    named_scores: Any = Field(default=None, validation_alias=AliasChoices("namedScores", "named_scores"))
    tokens_used: Any = Field(default=None, validation_alias=AliasChoices("tokensUsed", "tokens_used"))
    component_results: list[Any] = Field(
        default_factory=list, validation_alias=AliasChoices("componentResults", "component_results")
    )
    assertion: Any = None
    comment: str = ""

    @field_validator("named_scores", "tokens_used", "assertion")
    @classmethod
    def _is_an_object(cls, value: Any) -> Any:
        if not isinstance(value, dict | list | None):
            raise ValueError("Input should be a mapping")  # noqa: TRY004 - for pydantic
        return value


def read(result: Any, threshold: float | None) -> Returned:
    """Say what a result means.

    Raises:
        CannotJudge: where promptfoo has an error, which it counts as a failure.
    """
    match result:
        case bool():
            return Returned(passed=result, reason=f"it returns {result}")
        case int() | float():
            return _number(result, threshold)
        case str():
            return _text(result, threshold)
        case dict():
            return _mapping(result, threshold)
        case list():
            raise _wrong("a list")
        case _:
            raise _wrong("nothing; several lines need a `return`")


def _number(score: float, threshold: float | None) -> Returned:
    if not _is_finite(score):
        raise _wrong("a number that is not finite")
    asked = "" if threshold is None else f", {threshold:g} is asked for"
    passed = score > 0 if threshold is None else score >= threshold
    return Returned(passed=passed, score=float(score), reason=f"it gives {score:g}{asked}")


def _is_finite(score: float) -> bool:
    try:
        return math.isfinite(score)
    except OverflowError:
        return False


def _text(text: str, threshold: float | None) -> Returned:
    if (truth := {"true": True, "false": False}.get(text.lower())) is not None:
        return read(truth, threshold)
    if text.startswith("{"):
        if json_text.flaw(text) is not None:
            raise _wrong("a text that begins like JSON and is none")
        return read(json_text.build(text), threshold)
    if (found := _NUMBER.match(text)) is None:
        raise _wrong(f"the text {judgement.quoted(text)}")
    return _number(float(found[1]), threshold)


def _mapping(result: dict[str, Any], threshold: float | None) -> Returned:
    try:
        found = _GradingResult.model_validate(result)
    except ValidationError as error:
        raise _wrong(f"a mapping that is no grading result ({_complaint(error)})") from error
    reached = threshold is None or found.score >= threshold
    missed = "" if reached else f"the score {found.score:g} is less than {threshold:g}"
    reason = ": ".join(filter(None, (missed, found.reason, *_failures(found))))
    return Returned(
        passed=found.passed and reached,
        score=found.score,
        reason=reason or f"it returns {found.passed}",
        named_scores=dict(_named_scores(found.named_scores)),
    )


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"`{first['loc'][0]}`: {first['msg'].removeprefix('Value error, ')}"


def _failures(found: _GradingResult) -> Iterator[str]:
    """Tell of the components that failed; like promptfoo, nothing is decided by them."""
    components = [each for each in found.component_results if isinstance(each, dict)]
    failed = [each for each in components if each.get("pass", each.get("pass_")) is False]
    reasons = [reason for each in failed if isinstance(reason := each.get("reason"), str) and reason]
    if not found.passed and reasons:
        yield judgement.listed(reasons)


def _named_scores(written: Any) -> Iterator[tuple[str, float]]:
    if not isinstance(written, dict):
        return
    for name, score in list(written.items())[:MAX_NAMED_SCORES]:
        if isinstance(score, int | float) and not isinstance(score, bool) and name and _is_finite(score):
            yield name, float(score)


def _wrong(what: str) -> CannotJudge:
    remedy = "return True or False, a score, or a mapping of pass, score and reason"
    return CannotJudge(f"it returned {what}", id="check-failed", remedy=remedy)
