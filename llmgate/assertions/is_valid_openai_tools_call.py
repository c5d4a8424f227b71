"""`is-valid-openai-tools-call`: the tool calls are of the tools that were offered."""

from __future__ import annotations

from pydantic import BaseModel

from llmgate.assertions import fields, judgement, schemas
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.message import ToolCallPart, ToolDefinition


class IsValidOpenaiToolsCall(BaseModel):
    """The model called tools, each of them one of the fixture's `tools.definitions` with arguments that fit its schema.

        {type: is-valid-openai-tools-call}

    The name is promptfoo's; the provider does not matter. No call at all fails. A fixture without definitions cannot
    be judged, and neither can a call of a tool whose `parameters` are no JSON Schema. Names are compared exactly.
    """

    model_config = fields.STRICT

    def grade(self, subject: Subject) -> Judgement:
        if not subject.tools:
            raise CannotJudge("the fixture defines no tools", remedy="record them under tools.definitions")
        if not subject.trace.tool_calls:
            return judgement.verdict(passed=False, reason="the model called no tool")
        offered = {tool.name: tool for tool in subject.tools}
        for call in subject.trace.tool_calls:
            if flaw := _flaw(call, offered.get(call.name)):
                return judgement.verdict(passed=False, reason=f"{judgement.quoted(call.name)}: {flaw}")
        return judgement.verdict(passed=True, reason="all tool calls fit their definitions")


def _flaw(call: ToolCallPart, tool: ToolDefinition | None) -> str | None:
    if tool is None:
        return "no such tool was offered"
    arguments = {} if call.arguments is None else call.arguments
    if not isinstance(arguments, dict):
        return "its arguments are no JSON object"
    if not schemas.is_usable(tool.parameters):
        raise CannotJudge(f"the parameters of {judgement.quoted(tool.name)} are no JSON Schema that llmgate can apply")
    return schemas.breach(tool.parameters, arguments)
