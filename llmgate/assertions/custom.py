"""`custom:NAME`: a class of the user's repository finds that the output is good."""

from __future__ import annotations

import hashlib
import json
import keyword
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

PREFIX: Final = "custom:"
NAMED: Final = "custom:name"  # no key of a fixture: it is no name of a parameter
PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
RESULT_KEYS: Final = frozenset({"passed", "score", "reason"})


class Custom(BaseModel):
    """A class of your repository, which `llmgate.yaml` names under `assertions`, finds that the output is good.

        {type: "custom:polite", value: [please, thank you], threshold: 0.5}

    The class is read from the base commit and runs in a process of its own without network, files and environment;
    `docs/custom-assertions.md` has one in ten lines. Its `grade(output, context)` returns True or False, a score from 0
    to 1, or a mapping of `passed`, `score` and `reason`. A score without `passed` passes from `threshold` on, or above
    0 where there is none; with both, `threshold` must be reached too. Anything else that it returns, an error, more
    than 5 seconds, and a name that the base does not have make the assertion unable to judge: never a pass.

    An empty output is graded too. All other fields are passed to the class, under their names.
    """

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)
    __pydantic_extra__: dict[str, JsonValue]

    checker: Annotated[str, Field(pattern=f"^{PATTERN}$", max_length=80)] = Field(
        alias=NAMED, exclude=True, description="The name under `assertions` in llmgate.yaml."
    )
    threshold: fields.Share | None = Field(default=None, description="The smallest score that passes.")

    @model_validator(mode="after")
    def _can_be_passed(self) -> Custom:
        for name in self.given:
            if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
                raise ValueError(f"{judgement.quoted(name)} cannot be a parameter of a class")
        return self

    @property
    def given(self) -> dict[str, JsonValue]:
        """What the class is made with."""
        return dict(self.__pydantic_extra__)

    @property
    def code(self) -> str:
        return self.checker

    @property
    def named(self) -> str:
        return f"assertion {self.checker!r}"

    @property
    def key(self) -> str:
        """Name the question: the class and what it is made with."""
        text = json.dumps([self.checker, self.given], sort_keys=True)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def asked(self, subject: Subject) -> dict[str, JsonValue]:
        return {"fields": self.given, "output": subject.output, "context": context(subject)}

    def grade(self, subject: Subject) -> Judgement:
        _ = subject.output  # too long an output is told as that
        remark = subject.trace.remarks.get(self.key)
        if remark is None:
            raise CannotJudge(
                f"the base has no {self.named}",
                id="check-missing",
                remedy="docs/custom-assertions.md says how to add one",
            )
        if remark.error is not None:
            raise CannotJudge(remark.error, id="check-failed")
        return _judged(self, remark.result)


def context(subject: Subject) -> dict[str, JsonValue]:
    """Say what a class may know of a trial beside its output: nothing that tells base and head apart."""
    trace = subject.trace
    return {
        "fixture": trace.trial.fixture,
        "question": _question(subject),
        "variables": dict(subject.variables),
        "documents": [{"id": one.id, "text": one.text, "score": one.score} for one in trace.documents],
        "tool_calls": [{"name": call.name, "arguments": call.arguments} for call in trace.tool_calls],
    }


def _question(subject: Subject) -> str:
    """The variable of that name, else the last turn of the user."""
    if isinstance(named := subject.variables.get("question"), str):
        return named
    return next((message.text for message in reversed(subject.messages) if message.role == "user"), "")


def _judged(check: Custom, result: Any) -> Judgement:
    match result:
        case bool():
            return _decided(check, passed=result, score=float(result), reason=f"it says {result}")
        case int() | float():
            return _decided(check, passed=None, score=result, reason="")
        case dict() if result and result.keys() <= RESULT_KEYS and result.keys() != {"reason"}:
            return _of_mapping(check, result)
        case dict():
            raise _wrong(f"a mapping with the keys {judgement.listed(map(str, result))}")
        case _:
            raise _wrong("a list" if isinstance(result, list) else "text" if isinstance(result, str) else "nothing")


def _of_mapping(check: Custom, result: dict[str, Any]) -> Judgement:
    passed, score, reason = result.get("passed"), result.get("score"), result.get("reason", "")
    if not isinstance(passed, bool | None) or not isinstance(reason, str):
        raise _wrong("a mapping in which `passed` is no truth value or `reason` no text")
    if score is None and passed is not None:
        score = float(passed)
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise _wrong("a mapping in which `score` is no number")
    return _decided(check, passed=passed, score=score, reason=reason)


def _decided(check: Custom, *, passed: bool | None, score: float, reason: str) -> Judgement:
    if not 0 <= score <= 1:
        raise _wrong("a score that is not from 0 to 1")
    enough = score > 0 if check.threshold is None else score >= check.threshold
    asked = "" if check.threshold is None else f", {check.threshold:g} is asked for"
    said = reason.strip() or f"it gives {score:g}{asked}"
    limited = check.threshold is not None or passed is None
    return Judgement(
        passed=(passed is not False) and (enough or not limited),
        score=float(score),
        reason=said,
    )


def _wrong(what: str) -> CannotJudge:
    remedy = "return True or False, a score from 0 to 1, or a mapping of passed, score and reason"
    return CannotJudge(f"it returned {what}", id="check-failed", remedy=remedy)
