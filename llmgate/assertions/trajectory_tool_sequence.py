"""`trajectory:tool-sequence`: the model called tools in an order."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from llmgate.assertions import bfcl, fields, judgement, tools
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
    mapping is the steps. Parallel calls of one answer count in the order in which the answer lists them. The reason of
    a failure begins with a code of the Berkeley Function Calling Leaderboard: `wrong_count`, `wrong_func_name` or
    `cannot_find_match`.
    """

    model_config = fields.STRICT

    value: Annotated[ToolSteps, BeforeValidator(_as_steps, json_schema_input_type=ToolSteps | tools.Tools)] = Field(
        description="A list of tools, or `{steps, mode}`."
    )

    def grade(self, subject: Subject) -> Judgement:
        calls = subject.trace.tool_calls
        flaw = self._not_exactly(calls) if self.value.mode == "exact" else self._not_in_order(calls)
        return flaw or judgement.verdict(passed=True, reason=f"called in this order: {tools.called(calls)}")

    def _not_exactly(self, calls: tuple[ToolCallPart, ...]) -> Judgement | None:
        steps = self.value.steps
        if len(calls) == len(steps) and all(map(tools.fits, steps, calls)):
            return None
        code = bfcl.Code.WRONG_FUNC_NAME if len(calls) == len(steps) else bfcl.Code.WRONG_COUNT
        wanted = judgement.listed(map(tools.glob, steps))
        return bfcl.failed(code, f"the calls are not exactly {wanted}; called: {tools.called(calls)}")

    def _not_in_order(self, calls: tuple[ToolCallPart, ...]) -> Judgement | None:
        left = iter(calls)
        for step in self.value.steps:
            if not any(tools.fits(step, call) for call in left):
                missed = judgement.quoted(tools.glob(step))
                reason = f"{missed} was not called in its place; called: {tools.called(calls)}"
                return bfcl.failed(bfcl.Code.CANNOT_FIND_MATCH, reason)
        return None
