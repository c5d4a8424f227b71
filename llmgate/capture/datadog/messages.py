"""Datadog's messages, whose calls, results and media stand beside the content → messages that the one reader knows.

The SDKs write each block of an answer, and each of several results, as a message of its own: they are put together.
"""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture import values
from llmgate.capture.span import Json


def plain(entries: list[JsonValue], role: str) -> list[JsonValue]:
    """Write messages with parts; one without a role is of `role`."""
    told: list[dict[str, JsonValue]] = []
    for entry in entries:
        if not isinstance(entry, dict):
            return entries  # the reader tells what is wrong
        turn = _turn(entry, role)
        if told and turn["role"] == told[-1]["role"] == "assistant" and _is_one(told[-1], turn):
            told[-1] = {"role": "assistant", "parts": [*values.items(told[-1]["parts"]), *values.items(turn["parts"])]}
        else:
            told.append(turn)
    return list(told)


def _turn(entry: dict[str, JsonValue], role: str) -> dict[str, JsonValue]:
    spoken = values.text(entry.get("role")) or role
    parts = _content(entry)
    if spoken == "reasoning":
        return {"role": "assistant", "parts": [{"type": "reasoning"}]}
    results = [_result(result) for each in values.items(entry.get("tool_results")) if (result := values.mapping(each))]
    calls = [_call(call) for each in values.items(entry.get("tool_calls")) if (call := values.mapping(each))]
    if spoken == "tool" and not results:
        known = entry.get("tool_id") or entry.get("tool_call_id")
        return {"role": "tool", "content": entry.get("content"), "tool_call_id": known}
    if results:
        spoken = "tool"
    return {"role": spoken, "parts": [*parts, *_media(entry), *calls, *results]}


def _is_one(before: Json, after: Json) -> bool:
    """Tell whether two messages are blocks of one answer: text is followed by calls, or by nothing."""
    kinds = [[values.mapping(part).get("type") for part in values.items(each["parts"])] for each in (before, after)]
    return "tool_call" in kinds[1] or "reasoning" in kinds[0]


def _content(entry: Json) -> list[JsonValue]:
    content = entry.get("content")
    if isinstance(content, str):
        return [{"type": "text", "content": content}] if content else []
    return list(content) if isinstance(content, list) else []


def _call(call: dict[str, JsonValue]) -> JsonValue:
    """Write a call; one that keeps its name and arguments in `function` is as OpenAI's."""
    if isinstance(call.get("function"), dict):
        return {"type": "function", "id": call.get("tool_id") or call.get("id"), "function": call["function"]}
    known = call.get("tool_id") or call.get("id")
    return {"type": "tool_call", "id": known, "name": call.get("name"), "arguments": call.get("arguments")}


def _result(result: dict[str, JsonValue]) -> JsonValue:
    return {"type": "tool_call_response", "id": result.get("tool_id"), "response": result.get("result")}


def _media(entry: Json) -> list[JsonValue]:
    """Write images and audio; Datadog keeps large ones apart, and the span has only their key."""
    found: list[JsonValue] = []
    for key, kind in (("image_parts", "image"), ("audio_parts", "audio")):
        for each in values.items(entry.get(key)):
            told = values.mapping(each)
            kept = {key: item for key, item in told.items() if key in ("mime_type", "content", "attachment_key")}
            found.append({"type": kind, **kept})
    return found
