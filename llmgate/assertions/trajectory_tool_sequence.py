"""`trajectory:tool-sequence`: the model called tools in an order."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from llmgate.assertions import fields, judgement, tools
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.message import ToolCallPart


class ToolSteps(BaseModel):
    """Tools in the order in which they are to be called."""

    model_config = fields.STRICT

    steps: tools.Tools
    mode: Literal["in_order", "exact"] = "in_order"


def _as_steps(value: Any) -> Any:
    return {"steps": value} if isinstance(value, (list, tuple)) else value


class TrajectoryToolSequence(BaseModel):
    """The model called the tools in `value` in their order.

        {type: "trajectory:tool-sequence", value: {steps: [lookup_order, refund], mode: exact}}

    In mode `in_order`, the default, other calls may stand between; in mode `exact` the calls are these and no others.
    A step is a name or `{name}` or `{pattern}`; `*` and `?` are wildcards, case is ignored. A list in place of the
    mapping is the steps. Parallel calls of one answer count in the order in which the answer lists them.
    """

    model_config = fields.STRICT

    value: Annotated[ToolSteps, BeforeValidator(_as_steps, json_schema_input_type=ToolSteps | tools.Tools)] = Field(
        description="A list of tools, or `{steps, mode}`."
    )

    def grade(self, subject: Subject) -> Judgement:
        calls = subject.trace.tool_calls
        missing = self._first_missing(calls)
        if missing is None:
            return judgement.verdict(passed=True, reason=f"called in this order: {tools.called(calls)}")
        return judgement.verdict(passed=False, reason=f"{missing}; called: {tools.called(calls)}")

    def _first_missing(self, calls: tuple[ToolCallPart, ...]) -> str | None:
        steps = self.value.steps
        if self.value.mode == "exact":
            same = len(calls) == len(steps) and all(map(tools.fits, steps, calls))
            return None if same else f"the calls are not exactly {judgement.listed(map(tools.glob, steps))}"
        left = iter(calls)
        for step in steps:
            if not any(tools.fits(step, call) for call in left):
                return f"{judgement.quoted(tools.glob(step))} was not called in its place"
        return None
