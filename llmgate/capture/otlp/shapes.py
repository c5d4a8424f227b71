"""What frameworks make of a request or an answer in one attribute → the system's text, the messages, the answer."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.capture import records

Object = dict[str, JsonValue]

_PARTS = frozenset(
    {"text", "image_url", "image", "input_text", "input_image", "input_audio", "file", "document", "audio"}
    | {"tool_use", "tool_result", "tool_call", "tool-call", "tool-result"}
)


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of a request that stand in one value."""

    system: JsonValue = None
    messages: JsonValue = None


def request(value: JsonValue) -> Request:
    """Take a request apart: an API's own (`messages`, `input`, `system`, `instructions`), or the AI SDK's."""
    if not isinstance(value, dict) or "role" in value or "parts" in value:
        return Request(messages=_messages(value))
    system = value.get("system") or value.get("instructions")
    found = next((value[name] for name in ("messages", "input", "prompt", "question") if value.get(name)), None)
    return Request(system=system, messages=_messages(found))


def reply(value: JsonValue) -> JsonValue:
    """Take the answer out of what an API answered: the first choice, or the items of a response."""
    while (inner := _inner(value)) is not None:
        value = inner
    return value


def _inner(value: JsonValue) -> JsonValue:
    """Return what an answer is wrapped in; None where it is the answer."""
    if isinstance(value, list):
        return value[0] if len(value) == 1 and isinstance(value[0], list | dict) else None
    if not isinstance(value, dict) or "role" in value:
        return None
    for name in ("choices", "generations"):  # OpenAI's, LangChain's
        if isinstance(choices := value.get(name), list) and choices:
            return choices[0]
    if isinstance(message := value.get("message"), dict):
        return message
    if isinstance(output := value.get("output"), list | str):
        return output
    text = value.get("text")
    return text if isinstance(text, str) and "content" not in value else None


def message(value: JsonValue) -> JsonValue:
    """Write a message of OpenInference's or Traceloop's flattened lists as an API has it."""
    if not isinstance(value, dict):
        return value
    told = dict(value)
    contents = told.pop("contents", None)
    if isinstance(contents, list) and contents:
        told["content"] = [_content(part) for part in contents]
    elif isinstance(content := told.get("content"), str):
        told["content"] = _of_parts(content)
    if isinstance(name := told.pop("function_call_name", None), str):
        told["function_call"] = {"name": name, "arguments": told.pop("function_call_arguments_json", None)}
    if told.get("role") is None and isinstance(told.get("text"), str):
        told = {"content": told["text"]}  # a prompt or a completion without a role
    return told


def tools(value: JsonValue) -> JsonValue:
    """Take the tools out of what Pydantic AI says of a request."""
    if not isinstance(value, dict) or not isinstance(found := value.get("function_tools"), list):
        return value
    return [
        {**tool, "parameters": tool.get("parameters_json_schema")} if isinstance(tool, dict) else tool for tool in found
    ]


def _messages(value: JsonValue) -> JsonValue:
    return [message(item) for item in value] if isinstance(value, list) else message(value)


def _content(part: JsonValue) -> JsonValue:
    """Write a part of OpenInference's as OpenAI has it: it has the URL of an image two levels further in."""
    if not isinstance(part, dict):
        return part
    kind = part.get("type")
    for name in ("image", "audio", "video", "document"):
        inner = part.get(name)
        while isinstance(inner, dict) and isinstance(inner.get(name), dict):
            inner = inner[name]
        if isinstance(inner, dict):
            return {"type": "image_url" if name == "image" else name, **_media(inner)}
    return {**part, "type": kind} if kind else part


def _media(inner: Object) -> Object:
    told: Object = {name: inner[name] for name in ("url", "mime_type") if isinstance(inner.get(name), str)}
    return told


def _of_parts(content: str) -> JsonValue:
    """Parse a text that is a list of parts, as Traceloop writes the content of a message with an image."""
    if not content.startswith('[{"'):
        return content
    try:
        parts = records.decode(content)
    except records.Unreadable:
        return content
    if isinstance(parts, list) and all(isinstance(part, dict) and _is_part(part.get("type")) for part in parts):
        return parts
    return content


def _is_part(kind: JsonValue) -> bool:
    return isinstance(kind, str) and kind in _PARTS
