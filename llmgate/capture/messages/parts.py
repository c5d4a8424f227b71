"""The content of a message in any dialect → parts of text, of calls, of results and of media, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.capture import records
from llmgate.capture.messages import media
from llmgate.capture.messages.notes import Notes
from llmgate.capture.span import Json

REASONING = "reasoning of earlier turns"
_REASONING = frozenset({"reasoning", "thinking", "redacted_thinking", "reasoning_content"})
_TEXTS = frozenset({"text", "input_text", "output_text", "refusal"})
_CALLS = frozenset(
    {"tool_call", "tool_use", "tool-call", "function_call", "custom_tool_call", "non_standard_tool_call"}
)
_RESULTS = frozenset(
    {"tool_call_response", "tool_result", "tool-result", "function_call_output", "custom_tool_call_output"}
)
# Tools that a provider runs on its own side: what they found is not in the conversation, and cannot be replayed.
_HOSTED = (
    *("web_search", "file_search", "code_interpreter", "computer", "mcp", "image_generation", "server_tool"),
    *("web_fetch", "code_execution", "bash_code_execution", "text_editor_code_execution", "container_upload"),
    *("tool_search", "local_shell", "shell", "apply_patch", "program", "additional_tools", "configuration_update"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of the Responses API that is no message: a call, a result, or state."""

    role: str
    parts: tuple[Json, ...]


def text(content: str) -> Json:
    return {"type": "text", "content": content}


def of(entry: dict[str, JsonValue], role: str, notes: Notes) -> list[Json]:
    """Read all parts of a message: its content, then the calls beside it."""
    content = entry.get("parts", entry.get("content"))
    if role == "tool":
        return _answer(entry, content, notes)
    found = list(_parts(content, notes))
    if isinstance(refusal := entry.get("refusal"), str) and refusal:
        found.append(text(refusal))
    ids = {part.get("id") for part in found if part["type"] == "tool_call"} - {None}
    calls = map(_call, _beside(entry))
    return [*found, *(call for call in calls if call.get("id") is None or call["id"] not in ids)]


def _beside(entry: dict[str, JsonValue]) -> Iterator[dict[str, JsonValue]]:
    """Yield the calls that stand beside the content, as OpenAI and LangChain write them."""
    calls = entry.get("tool_calls") or entry.get("toolCalls")
    extra = entry.get("additional_kwargs")
    if not calls and isinstance(extra, dict):
        calls = extra.get("tool_calls")
    unparsed = entry.get("invalid_tool_calls")  # LangChain's: arguments that are not JSON
    for call in [*(calls if isinstance(calls, list) else []), *(unparsed if isinstance(unparsed, list) else [])]:
        if isinstance(call, dict):
            yield call
    if isinstance(single := entry.get("function_call"), dict):
        yield single


def _answer(entry: dict[str, JsonValue], content: JsonValue, notes: Notes) -> list[Json]:
    """Read a tool's message: parts that are results, or the result itself with the call's id beside it."""
    if isinstance(content, list) and any(
        isinstance(part, dict) and str(part.get("type")) in _RESULTS for part in content
    ):
        return list(_parts(content, notes))
    known = entry.get("tool_call_id") or entry.get("toolCallId") or entry.get("id")
    failed = entry.get("is_error") is True or entry.get("status") == "error"
    return [_response(known, _plain(content, notes), failed=failed)]


def _response(known: JsonValue, value: JsonValue, *, failed: bool) -> Json:
    told: dict[str, JsonValue] = {"type": "tool_call_response", "response": value}
    if isinstance(known, str) and known:
        told["id"] = known
    return {**told, "is_error": True} if failed else told


def _parts(content: JsonValue, notes: Notes) -> Iterator[Json]:
    if isinstance(content, str):
        if content:
            yield text(content)
    elif isinstance(content, list):
        for part in content:
            yield from _part(part, notes)
    elif isinstance(content, dict):
        yield from _part(content, notes)


def _part(part: JsonValue, notes: Notes) -> Iterator[Json]:
    if isinstance(part, str):
        yield text(part)
        return
    if not isinstance(part, dict):
        notes.missing.add("a part that is no object")
        return
    kind = str(part.get("type") or ("text" if "text" in part else ""))
    if kind in _TEXTS:
        told = next((part[name] for name in ("text", "content", "refusal") if isinstance(part.get(name), str)), None)
        yield from [text(told)] if isinstance(told, str) and told else []
    elif kind in _CALLS or kind == "function":
        yield _call(part)
    elif kind in _RESULTS:
        yield _result(part, notes)
    elif kind in _REASONING:
        notes.missing.add(REASONING)
    elif is_hosted(kind):
        notes.depends_on.add(f"the provider's own tool ({kind[:40]})")
    elif kind in _STATES:
        notes.depends_on.add(_STATES[kind])
    else:
        yield from media.of(kind, part, notes)


def _call(call: dict[str, JsonValue]) -> Json:
    inner = call.get("function")
    if not isinstance(inner, dict):
        inner = call.get("custom")  # OpenAI's tools whose input is free text
    named = inner if isinstance(inner, dict) else call
    name = next((named[key] for key in ("name", "toolName", "tool_name") if isinstance(named.get(key), str)), "")
    given = next((named[key] for key in ("arguments", "args", "input") if key in named), None)
    told: dict[str, JsonValue] = {"type": "tool_call", "name": name, "arguments": arguments(given)}
    known = next((call[key] for key in ("call_id", "toolCallId", "id") if isinstance(call.get(key), str)), None)
    return {**told, "id": known} if known else told


def arguments(given: JsonValue) -> JsonValue:
    """Parse a call's arguments where they would be written again byte for byte; else the text stays as it is."""
    if not isinstance(given, str):
        return {} if given is None else given
    try:
        value = records.decode(given)
    except records.Unreadable:
        return given
    return value if isinstance(value, dict) and json.dumps(value, ensure_ascii=False) == given else given


def _result(part: dict[str, JsonValue], notes: Notes) -> Json:
    known = next(
        (part[key] for key in ("call_id", "tool_use_id", "toolCallId", "id") if isinstance(part.get(key), str)), None
    )
    value = next((part[key] for key in ("response", "result", "output", "content") if key in part), "")
    failed = part.get("is_error") is True or part.get("isError") is True
    return _response(known, _plain(value, notes), failed=failed)


def _plain(value: JsonValue, notes: Notes) -> JsonValue:
    """Take the text out of a result that is wrapped in parts; other JSON is the result itself."""
    if (
        isinstance(value, dict)
        and value.get("type") in ("text", "json", "error-text", "error-json")
        and "value" in value
    ):
        return value["value"]  # the AI SDK's
    if not isinstance(value, list) or not value or not all(_is_text(part) for part in value):
        if isinstance(value, list) and any(_is_block(part) for part in value):
            notes.missing.add("parts of a tool's result that are no text, as parts: a replay sends them as JSON")
        return value
    texts = [str(part.get("text", part.get("content"))) for part in value if isinstance(part, dict)]
    if len(texts) > 1:
        notes.missing.add("where a tool's result was parted")
    return "".join(texts)


_BLOCKS = frozenset({"image", "document", "search_result", "input_image", "input_file", "tool_reference"})


def _is_block(part: JsonValue) -> bool:
    return isinstance(part, dict) and str(part.get("type")) in _BLOCKS


def _is_text(part: JsonValue) -> bool:
    return (
        isinstance(part, dict)
        and str(part.get("type")) in _TEXTS
        and isinstance(part.get("text", part.get("content")), str)
    )


def item(entry: dict[str, JsonValue], notes: Notes) -> Item | None:
    """Read an entry that stands for itself in the Responses API; None where it is a message."""
    kind = entry.get("type")
    if not isinstance(kind, str) or "role" in entry or kind in ("message", "constructor"):
        return None
    if kind in _RESULTS:
        return Item(role="tool", parts=(_result(entry, notes),))
    if kind in _STATES:
        notes.depends_on.add(_STATES[kind])
        return Item(role="assistant", parts=())
    if kind in _CALLS or kind in _REASONING or is_hosted(kind):
        return Item(role="assistant", parts=tuple(_part(entry, notes)))
    if kind in _TEXTS or media.is_known(kind):
        return Item(role="user", parts=tuple(_part(entry, notes)))
    return None


_STATES = {
    "item_reference": "a conversation that the provider stores (item_reference)",
    "compaction": "a conversation that the provider compacted",
    "compaction_trigger": "a conversation that the provider compacted",
}


def is_hosted(kind: str) -> bool:
    """Tell whether a type of tool or part names a tool that the provider runs."""
    return kind.startswith(_HOSTED)


def definition(entry: JsonValue, notes: Notes) -> Json | None:
    """Read one tool definition, of any dialect."""
    entry = parsed(entry)
    if isinstance(entry, dict) and isinstance(schema := parsed(entry.get("json_schema")), dict) and "name" not in entry:
        entry = schema  # OpenInference's
    if not isinstance(entry, dict):
        notes.missing.add("a tool definition that is no object")
        return None
    kind = entry.get("type")
    if isinstance(kind, str) and kind not in ("function", "custom", "object"):
        notes.depends_on.add(f"the provider's own tool ({kind[:40]})")
        return None
    if kind == "custom" and "input_schema" not in entry:
        notes.missing.add("the definition of a tool whose input is free text")
        return None
    named = entry["function"] if isinstance(entry.get("function"), dict) else entry
    if not isinstance(named, dict) or not isinstance(named.get("name"), str) or not named["name"]:
        notes.missing.add("a tool definition without a name")
        return None
    return _defined(named)


def _defined(named: dict[str, JsonValue]) -> Json:
    told: dict[str, JsonValue] = {"name": named["name"]}
    if isinstance(about := named.get("description"), str) and about:
        told["description"] = about
    schema = next((found for key in _SCHEMAS if isinstance(found := parsed(named.get(key)), dict)), None)
    if schema is not None:
        inner = schema.get("json") if set(schema) == {"json"} else schema  # Bedrock's
        told["parameters"] = inner
    if isinstance(strict := named.get("strict"), bool):
        told["strict"] = strict
    return told


_SCHEMAS = ("parameters", "input_schema", "inputSchema", "json_schema", "schema")


def parsed(value: JsonValue) -> JsonValue:
    """Return the JSON that a text holds, where it holds a list or an object; else the value as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return records.decode(value)
    except records.Unreadable:
        return value


def listed(messages: Iterable[Json]) -> Iterator[dict[str, JsonValue]]:
    """Yield the parts of messages that were read, one after the other."""
    for message in messages:
        found = message.get("parts")
        yield from (part for part in (found if isinstance(found, list) else []) if isinstance(part, dict))


def has_calls(messages: Iterable[Json]) -> bool:
    """Tell whether there is a tool's call among messages."""
    return any(part.get("type") == "tool_call" for part in listed(messages))


def texts(messages: Iterable[Json]) -> str:
    """Join the text of messages."""
    return "".join(str(part["content"]) for part in listed(messages) if part.get("type") == "text")


def around(message: Json) -> Json:
    """Return the files and addresses before and behind a message's text; none where that does not tell their order."""
    found = list(listed((message,)))
    places = [place for place, part in enumerate(found) if part.get("type") == "text"]
    if len(places) != 1 or not all(part.get("type") in ("text", "blob", "uri") for part in found):
        return {}
    before, after = found[: places[0]], found[places[0] + 1 :]
    return {name: list(held) for name, held in (("before", before), ("after", after)) if held}
