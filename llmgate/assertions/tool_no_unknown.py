"""`tool:no-unknown`: the model called only tools that it was offered."""

from __future__ import annotations

from pydantic import BaseModel

from llmgate.assertions import bfcl, fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class ToolNoUnknown(BaseModel):
    """Every tool that the model called is one that it was offered.

        {type: "tool:no-unknown"}

    The tools that were offered are those of the request: the prompt file's, else the fixture's `tools.definitions`.
    Names are compared exactly. No call at all passes; any call fails where no tool was offered. Arguments are not
    looked at, which is what `is-valid-openai-tools-call` is for. In a replay a call of an unknown tool is a miss, which
    fails the case even without this assertion.
    """

    model_config = fields.STRICT

    def grade(self, subject: Subject) -> Judgement:
        request = subject.trace.request
        offered = {tool.name for tool in (subject.tools if request is None else request.tools)}
        unknown = dict.fromkeys(call.name for call in subject.trace.tool_calls if call.name not in offered)
        if unknown:
            return bfcl.failed(bfcl.Code.WRONG_FUNC_NAME, f"no such tool was offered: {judgement.listed(unknown)}")
        return judgement.verdict(passed=True, reason="only tools that were offered were called")
