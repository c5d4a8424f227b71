"""What a service answered, and where its entry says that the parts of the answer stand → a Reply."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.config.applications import HttpEntry
from llmgate.providers import api
from llmgate.targets import reply
from llmgate.targets.reply import Reply


class _Absent(Exception):
    """The answer has nothing at a pointer."""


def read(entry: HttpEntry, data: bytes) -> Reply:
    """Read an answer. Only the output has to be there: services leave out lists that are empty."""
    if entry.output is None and entry.documents is None and entry.tool_calls is None:
        return _plain(data)
    try:
        answer = api.decode(data)
        output = data.decode() if entry.output is None else _at(answer, entry.output)
    except api.UnreadableError as error:
        return Reply(fault=f"the service's answer is no JSON that can be read: {error}")
    except _Absent:
        return Reply(fault=f"the service's answer has nothing at `{entry.output}`, where its output should stand")
    told = {"documents": _listed(answer, entry.documents), "tool_calls": _listed(answer, entry.tool_calls)}
    return reply.read({"output": output, **told})


def _plain(data: bytes) -> Reply:
    try:
        return Reply(output=data.decode())
    except UnicodeDecodeError:
        return Reply(fault="the service's answer is no text in UTF-8")


def _listed(answer: JsonValue, pointer: str | None) -> JsonValue:
    try:
        return None if pointer is None else _at(answer, pointer)
    except _Absent:
        return None


def _at(value: JsonValue, pointer: str) -> JsonValue:
    """Follow a JSON pointer (RFC 6901)."""
    for written in pointer.split("/")[1:]:
        key = written.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise _Absent
    return value
