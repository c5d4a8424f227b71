"""`trajectory:tool-used`: the model called a tool, so many times."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator

from llmgate.assertions import bfcl, fields, judgement, tools
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class ToolCount(tools.ToolMatcher):
    """A tool and how often it is to be called: at least `min` times, at most `max` times."""

    min: fields.Count = 1
    max: fields.Count | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> ToolCount:
        if self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        return self


def _form(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, (dict, ToolCount)) else "a name"


class TrajectoryToolUsed(BaseModel):
    """The model called the tool, or each of the tools, in `value`.

        {type: "trajectory:tool-used", value: {pattern: "search_*", min: 1, max: 3}}

    In names `*` stands for any run of characters and `?` for any one; case is ignored. With `not-` and a name or a
    list, none of the tools may be called; with `not-` and a mapping, the number of calls must be outside of the range.
    The reason of a failure begins with the Berkeley Function Calling Leaderboard's `wrong_func_name` or `wrong_count`.
    """

    model_config = fields.STRICT

    value: Annotated[
        Annotated[fields.Name, Tag("a name")]
        | Annotated[fields.Some[fields.Name], Tag("a list")]
        | Annotated[ToolCount, Tag("a mapping")],
        Discriminator(_form),
    ] = Field(description="A name, a list of names, or `{name or pattern, min, max}` with `min` 1 by default.")

    def grade(self, subject: Subject) -> Judgement:
        if isinstance(self.value, ToolCount):
            return _counted(self.value, subject)
        missing = [name for name in self._names if not tools.calls_of(name, subject.trace.tool_calls)]
        called = tools.called(subject.trace.tool_calls)
        if missing:
            reason = f"not called: {judgement.listed(missing)}; all calls: {called}"
            return bfcl.failed(bfcl.Code.WRONG_FUNC_NAME, reason)
        return judgement.verdict(passed=True, reason=f"called: {judgement.listed(self._names)}; all calls: {called}")

    def refute(self, subject: Subject) -> Judgement:
        if isinstance(self.value, ToolCount):
            counted = _counted(self.value, subject)
            return judgement.verdict(not counted.passed, counted.reason)
        used = [name for name in self._names if tools.calls_of(name, subject.trace.tool_calls)]
        reason = f"called: {judgement.listed(used)}" if used else f"not called: {judgement.listed(self._names)}"
        return judgement.verdict(not used, reason)

    @property
    def _names(self) -> tuple[str, ...]:
        assert not isinstance(self.value, ToolCount)  # noqa: S101 - for the type checker
        return (self.value,) if isinstance(self.value, str) else self.value


def _counted(wanted: ToolCount, subject: Subject) -> Judgement:
    count = len(tools.calls_of(wanted, subject.trace.tool_calls))
    fits = wanted.min <= count and (wanted.max is None or count <= wanted.max)
    expected = f"at least {wanted.min}" if wanted.max is None else f"{wanted.min} to {wanted.max}"
    reason = f"{judgement.quoted(wanted.glob)} was called {count} times; the range is {expected}"
    return judgement.verdict(passed=True, reason=reason) if fits else bfcl.failed(bfcl.Code.WRONG_COUNT, reason)
