"""A model's calls and the recorded ones → how they differ, and which was made again and again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from pydantic import JsonValue

from llmgate.assertions import bfcl, json_text
from llmgate.diagnose.reading.words import MAX_CHARS
from llmgate.errors import CannotJudge
from llmgate.fixture import ToolResult
from llmgate.message import ToolCallPart

MAX_CALLS = 200
MAX_RECORDED = 50


def difference(call: ToolCallPart, recorded: Iterable[ToolResult]) -> str | None:
    """Name how a call differs from the recorded one that it is most like; None where it is recorded or none is."""
    entries = [entry for entry in recorded if entry.name == call.name][:MAX_RECORDED]
    found = [(_alike(call, entry), unlike(call, entry)) for entry in entries]
    if not found or any(code is None for _, code in found):
        return None
    return max(found, key=lambda each: each[0])[1]


def unlike(call: ToolCallPart, entry: ToolResult) -> str | None:
    """Name the first difference of a call from a recorded one, or None."""
    actual, wanted = _arguments(call.arguments), _arguments(entry.arguments)
    if isinstance(actual, dict) and isinstance(wanted, dict):
        actual = {key: item for key, item in actual.items() if key not in entry.ignore}
        wanted = {key: item for key, item in wanted.items() if key not in entry.ignore}
    code = bfcl.difference(actual, wanted, exact=entry.match == "exact")
    return None if code is None else str(code)


def _alike(call: ToolCallPart, entry: ToolResult) -> int:
    actual, wanted = _arguments(call.arguments), _arguments(entry.arguments)
    if not isinstance(actual, dict) or not isinstance(wanted, dict):
        return 0
    return sum(2 if canonical(actual[key]) == canonical(item) else 1 for key, item in wanted.items() if key in actual)


def _arguments(written: JsonValue) -> JsonValue:
    """Read arguments that came as text, as some APIs carry them."""
    if written is None:
        return {}
    if isinstance(written, str) and len(written) <= MAX_CHARS and json_text.flaw(written) is None:
        try:
            return json_text.build(written)
        except CannotJudge:
            return written
    return written


def most_repeated(calls: Iterable[ToolCallPart]) -> tuple[str, int]:
    counted = Counter(f"{call.name}\0{canonical(call.arguments)}" for call in islice(calls, MAX_CALLS))
    top = counted.most_common(1)
    return (top[0][0].partition("\0")[0], top[0][1]) if top else ("", 0)


def canonical(arguments: JsonValue) -> str:
    try:
        return json_text.canonical(arguments)
    except RecursionError:
        return "arguments that are nested too deep"


def said(entry: ToolResult) -> str:
    """Write what a tool answered, as the model would read it."""
    text = entry.result if isinstance(entry.result, str) else json.dumps(entry.result, ensure_ascii=False)
    return text[:MAX_CHARS]
