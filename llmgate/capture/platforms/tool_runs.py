"""What a tool was called with and what it answered, as SDKs log it → a ToolRun."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture import messages, values
from llmgate.capture.span import ToolRun

_ARGUMENTS = frozenset({"args", "kwargs"})


def of(name: str, given: JsonValue, answered: JsonValue, *, known: str | None = None, failed: bool = False) -> ToolRun:
    """Read a run; an answer that is LangChain's message for the model tells the call's id and the bare result."""
    said = _message(messages.parse(answered))
    if said is None:
        return ToolRun(name=name, id=known, arguments=_arguments(given), result=answered, error=failed)
    return ToolRun(
        name=values.text(said.get("name")) or name,
        id=known or values.text(said.get("tool_call_id")),
        arguments=_arguments(given),
        result=said.get("content"),
        error=failed or said.get("status") == "error",
    )


def _message(answered: JsonValue) -> dict[str, JsonValue] | None:
    """Take out LangChain's message, as a constructor or plain, alone or in a list of one."""
    if isinstance(answered, list) and len(answered) == 1:
        answered = answered[0]
    if not isinstance(answered, dict):
        return None
    kwargs = answered.get("kwargs")
    said = kwargs if isinstance(kwargs, dict) and "lc" in answered else answered
    return said if "tool_call_id" in said and "content" in said else None


def _arguments(given: JsonValue) -> JsonValue:
    """Take keyword arguments out of what a decorator logs beside positional ones, and out of LangChain's call."""
    told = messages.parse(given)
    if isinstance(told, dict) and told.keys() == _ARGUMENTS and not told["args"]:
        return told["kwargs"]
    if isinstance(told, dict) and told.get("type") == "tool_call" and "args" in told:
        return told["args"]
    return told if isinstance(told, dict) else given
