"""Spans of the files in tests/data/capture, and of single values, through the dialect of a name."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from llmgate.capture import records
from llmgate.capture.catalogue import dialect
from llmgate.capture.span import Record, Span
from llmgate.conventions import Kind

DATA = Path(__file__).parents[2] / "data" / "capture"
BLANK = dataclasses.asdict(Span(file="", line=0, trace="", id=""))


def spans(name: str, file: str) -> dict[str, Span]:
    """Read a file of a dialect; each trace that a record names has to be that of its spans."""
    found = {}
    with (DATA / name / file).open("rb") as stream:
        source = records.opened(file, stream)
        for place in source.places():
            record = source.record(place)
            told = list(dialect(name).read(record))
            assert {span.trace for span in told} == set(dialect(name).traces(record.value))
            found |= {span.id: span for span in told}
    return found


def read(name: str, value) -> Span:
    (span,) = dialect(name).read(Record(file="log.jsonl", line=1, value=value))
    return span


def told(span: Span) -> dict:
    """Return all that a span says, apart from its place and what it is."""
    return {
        key: value
        for key, value in dataclasses.asdict(span).items()
        if value != BLANK[key] and key not in ("file", "line") and value is not Kind.MODEL
    }


def text(role: str, *texts: str) -> dict:
    return {"role": role, "parts": [{"type": "text", "content": each} for each in texts]}


def call(known: str | None, name: str, arguments) -> dict:
    told = {"type": "tool_call", "name": name, "arguments": arguments}
    return told if known is None else {**told, "id": known}


def result(known: str, response, **more) -> dict:
    return {"type": "tool_call_response", "response": response, "id": known, **more}
