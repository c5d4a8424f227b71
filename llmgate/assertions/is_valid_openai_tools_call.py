"""`is-valid-openai-tools-call`: the tool calls are of the tools that were offered."""

from __future__ import annotations

from pydantic import BaseModel

from llmgate.assertions import bfcl, fields, judgement, schemas
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.message import ToolCallPart, ToolDefinition


class IsValidOpenaiToolsCall(BaseModel):
    """The model called tools, each of them one of the fixture's `tools.definitions` with arguments that fit its schema.

        {type: is-valid-openai-tools-call}

    The name is promptfoo's; the provider does not matter. No call at all fails. A fixture without definitions cannot
    be judged, and neither can a call of a tool whose `parameters` are no JSON Schema. Names are compared exactly. An
    argument that the schema does not name fits unless the schema says `additionalProperties: false`.

    The reason begins with the code that the Berkeley Function Calling Leaderboard gives the flaw: `wrong_count`,
    `wrong_func_name`, `missing_required`, `unexpected_param`, `type_error:…` or `value_error:…`.
    """

    model_config = fields.STRICT

    def grade(self, subject: Subject) -> Judgement:
        if not subject.tools:
            raise CannotJudge(
                "the fixture defines no tools", id="nothing-to-judge-by", remedy="record them under tools.definitions"
            )
        if not subject.trace.tool_calls:
            return bfcl.failed(bfcl.Code.WRONG_COUNT, "the model called no tool")
        offered = {tool.name: tool for tool in subject.tools}
        for call in subject.trace.tool_calls:
            if flaw := _flaw(call, offered.get(call.name)):
                return flaw
        return judgement.verdict(passed=True, reason="all tool calls fit their definitions")


def _flaw(call: ToolCallPart, tool: ToolDefinition | None) -> Judgement | None:
    shown = judgement.quoted(call.name)
    if tool is None:
        return bfcl.failed(bfcl.Code.WRONG_FUNC_NAME, f"{shown}: no such tool was offered")
    arguments = {} if call.arguments is None else call.arguments
    if not isinstance(arguments, dict):
        return bfcl.failed(bfcl.Code.TYPE_SIMPLE, f"{shown}: its arguments are no JSON object")
    if not schemas.is_usable(tool.parameters):
        raise CannotJudge(
            f"the parameters of {judgement.quoted(tool.name)} are no JSON Schema that llmgate can apply",
            id="schema-unusable",
        )
    breach = schemas.first_breach(tool.parameters, arguments)
    return None if breach is None else bfcl.failed(bfcl.of_breach(breach), f"{shown}: {breach.said}")
