"""Messages as a program has them at hand → messages in OpenTelemetry's GenAI parts, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_TEXTS = ("text", "input_text", "output_text")


def messages(given: Iterable[Any]) -> list[Any]:
    """Write messages of OpenAI's Chat Completions as parts. What has parts, or is anything else, stays as it is."""
    return [_message(each) if isinstance(each, Mapping) else each for each in given]


def _message(given: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(given)
    if "parts" in told or "role" not in told:
        return told
    content, calls, call = (told.pop(name, None) for name in ("content", "tool_calls", "tool_call_id"))
    if told["role"] == "tool":
        return {**told, "parts": [_response(call, content)]}
    return {**told, "parts": [*_parts(content), *tool_calls(calls if isinstance(calls, list | tuple) else ())]}


def _response(call: Any, content: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "tool_call_response", "response": content}
    return {**told, "id": call} if call else told


def _parts(content: Any) -> Iterator[Any]:
    for part in content if isinstance(content, list | tuple) else () if content is None else [content]:
        if isinstance(part, str):
            yield {"type": "text", "content": part}
        elif isinstance(part, Mapping) and part.get("type") in _TEXTS and "text" in part:
            yield {"type": "text", "content": part["text"]}
        else:
            yield part


def tool_calls(given: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Write calls of OpenAI's, or `{name, arguments, id?}`; arguments that are JSON in a text are parsed."""
    for each in given:
        plain = each if isinstance(each, Mapping) else {}
        inner = plain.get("function")
        named = inner if isinstance(inner, Mapping) else plain
        told = {"type": "tool_call", "name": named.get("name", ""), "arguments": _parsed(named.get("arguments"))}
        yield {**told, "id": plain["id"]} if plain.get("id") else told


def tools(given: Iterable[Any]) -> list[Any]:
    """Write definitions of tools without the wrapper that OpenAI's Chat Completions has around them."""
    return [_tool(each) if isinstance(each, Mapping) else each for each in given]


def _tool(given: Mapping[str, Any]) -> dict[str, Any]:
    inner = given.get("function")
    told = {**given, **inner} if isinstance(inner, Mapping) else dict(given)
    return {"type": "function", **{name: value for name, value in told.items() if name != "function"}}


def _parsed(arguments: Any) -> Any:
    """Parse what would be written again byte for byte, so that nothing is lost."""
    if not isinstance(arguments, str):
        return arguments
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments
    return value if isinstance(value, dict) and json.dumps(value, ensure_ascii=False) == arguments else arguments
