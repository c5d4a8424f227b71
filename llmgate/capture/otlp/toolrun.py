"""The attributes of a tool's span → what it was called with and what it answered."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.span import ToolRun
from llmgate.conventions import Field


def of(said: Attributes, name: str, *, failed: bool) -> ToolRun:
    """Read a run; a result that is a text stays as it is, byte for byte."""
    return ToolRun(
        name=said.text(Field.TOOL_NAME) or name.removeprefix("execute_tool ").removesuffix(".tool"),
        id=said.text(Field.TOOL_CALL),
        arguments=_arguments(said.first(Field.TOOL_ARGUMENTS)),
        result=said.first(Field.TOOL_RESULT),
        error=failed,
    )


def _arguments(value: JsonValue) -> JsonValue:
    """Take the arguments out of what decorators of functions record: `{args, kwargs}`."""
    call = messages.parse(value)
    if isinstance(call, dict) and set(call) == {"args", "kwargs"}:
        return call["kwargs"] if not call["args"] else value
    return value
