"""A dialect whose records are spans as they are, to test what all dialects share."""

from __future__ import annotations

import io
import json
import sys

from llmgate.capture import records
from llmgate.capture.joining import Seen, conversations
from llmgate.capture.span import Remark, Span, ToolRun, Unfit
from llmgate.capture.traces import Trace, Traces
from llmgate.conventions import Kind


def traces(value):
    if not isinstance(value, dict) or "trace" not in value:
        raise Unfit("no trace: this is not the simple dialect")
    yield value["trace"]


def read(record):
    told = dict(record.value)
    if told.pop("remark", False):
        yield Remark(**{**told, "feedback": tuple(told.get("feedback", ()))})
        return
    told["kind"] = Kind(told.get("kind", "model"))
    for name in ("messages", "output", "documents", "feedback", "tools", "missing", "depends_on", "tags"):
        if name in told:
            told[name] = tuple(told[name])
    if "tool" in told:
        told["tool"] = ToolRun(**told["tool"])
    yield Span(file=record.file, line=record.line, **told)


def opened(*lines: dict | str) -> Traces:
    data = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines).encode()
    found = Traces(dialect=sys.modules[__name__], sources=(records.opened("t.jsonl", io.BytesIO(data)),))
    found.index()
    return found


def said(role: str, text: str) -> dict:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def called(*calls: tuple[str, str, object]) -> dict:
    parts = [{"type": "tool_call", "id": known, "name": name, "arguments": given} for known, name, given in calls]
    return {"role": "assistant", "parts": parts}


def answered(known: str, result: object) -> dict:
    return {"role": "tool", "parts": [{"type": "tool_call_response", "id": known, "response": result}]}


def seen(*lines: dict) -> tuple[Seen, ...]:
    found = opened(*lines)
    assert not found.faults, found.faults
    trace = found.trace(found.ids[0])
    assert isinstance(trace, Trace)
    return conversations(trace)
