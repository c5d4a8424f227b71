"""`trajectory:step-count`: the trial took so many steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from llmgate.assertions import bfcl, fields, judgement, patterns
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.trial import Trace

StepType = Literal["tool", "message"]


def _as_types(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class StepRange(BaseModel):
    """Which steps count, and from `min` to `max` of them, both included; either may be left out."""

    model_config = fields.STRICT

    type: Annotated[fields.Some[StepType], BeforeValidator(_as_types)] = ("tool", "message")
    name: fields.Name | None = None
    pattern: fields.Name | None = None
    min: fields.Count | None = None
    max: fields.Count | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> StepRange:
        if self.name is not None and self.pattern is not None:
            raise ValueError("give either name or pattern")
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        return self

    @property
    def glob(self) -> str:
        return self.name or self.pattern or "*"


class TrajectoryStepCount(BaseModel):
    """The trial had as many steps as the range in `value` allows.

        {type: "trajectory:step-count", value: {type: tool, pattern: "search_*", min: 1, max: 3}}

    A step is a call of a tool (`tool`, by the tool's name) or an answer of the model (`message`, by the name of the
    model that was asked); without `type` both count. `name` or `pattern` picks steps by name: `*` stands for any run of
    characters and `?` for any one, case is ignored. `min` or `max` is needed. Of promptfoo's types of steps, `command`,
    `search`, `reasoning` and `span` are faults: a replay has no such steps. Here a name is compared whole.
    """

    model_config = fields.STRICT

    value: StepRange = Field(description="`{type, name or pattern, min, max}`; `min` or `max` is needed (steps).")

    def grade(self, subject: Subject) -> Judgement:
        wanted = self.value
        count = sum(patterns.fits(wanted.glob, name) for name in _names(subject.trace, wanted.type))
        expected = f"at least {wanted.min}" if wanted.max is None else f"{wanted.min or 0} to {wanted.max}"
        reason = f"{count} steps are {judgement.quoted(wanted.glob)}; the range is {expected}"
        if (wanted.min or 0) <= count and (wanted.max is None or count <= wanted.max):
            return judgement.verdict(passed=True, reason=reason)
        return bfcl.failed(bfcl.Code.WRONG_COUNT, reason)


def _names(trace: Trace, types: tuple[StepType, ...]) -> Iterator[str]:
    if "tool" in types:
        yield from (call.name for call in trace.tool_calls)
    if "message" in types:
        yield from (call.model for call in trace.turns)
