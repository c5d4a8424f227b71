"""A message's own form and its words for who speaks → a plain form, and the role."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture.span import Unfit

_ROLES = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "aimessagechunk": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
}
_CLASSES = {
    "SystemMessage": "system",
    "HumanMessage": "user",
    "AIMessage": "assistant",
    "AIMessageChunk": "assistant",
    "ToolMessage": "tool",
    "FunctionMessage": "tool",
    "ChatMessage": "",
}


def unwrapped(entry: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Take a message out of what frameworks put around it.

    LangChain's `{lc, type: constructor, id: […, "HumanMessage"], kwargs}` and `{type: human, data}`, and the
    `{message: {…}}` of others.
    """
    kwargs, path, data = entry.get("kwargs"), entry.get("id"), entry.get("data")
    if isinstance(kwargs, dict) and isinstance(path, list):
        role = _CLASSES.get(str(path[-1]) if path else "", "")
        return {**kwargs, **({"role": role} if role else {})}
    if isinstance(data, dict) and "content" in data and isinstance(entry.get("type"), str):
        return {"type": entry["type"], **data}
    inner = entry.get("message")
    if isinstance(inner, dict) and "role" in inner and "content" not in entry:
        return inner
    return entry


def of(entry: dict[str, JsonValue], otherwise: str) -> str:
    """Name the role.

    Raises:
        Unfit: where the message names one that no API has.
    """
    told = entry.get("role") or entry.get("type") or otherwise
    role = _ROLES.get(str(told).lower()) or (otherwise if told == "message" else None)
    if role is None:
        raise Unfit("a message has a role that no API knows")
    return role
