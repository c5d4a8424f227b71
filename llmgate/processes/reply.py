"""What an application printed → a Reply: its answer, or in one line what it did wrong."""

from __future__ import annotations

from llmgate import documents
from llmgate.errors import ConfigurationError
from llmgate.targets import reply
from llmgate.targets.reply import Reply

FILE = "answer.json"
MAX_FAULT_CHARS = 400


def failed(reason: str, *, timed_out: bool = False) -> Reply:
    return Reply(fault=documents.printable(reason, MAX_FAULT_CHARS), timed_out=timed_out)


def of_json(data: bytes) -> Reply:
    """Read one JSON object with `output`, and `documents` and `tool_calls` where there are any."""
    if not data.strip():
        return failed("it ended without an answer")
    try:
        return reply.read(documents.read(FILE, data).value)
    except ConfigurationError as error:
        return failed(f"its answer cannot be read: {error.faults[0].message}")


def of_text(data: bytes) -> Reply:
    """Take all as the answer's text, without the end of its last line."""
    if len(data) > documents.MAX_BYTES:
        return failed(f"its answer has {len(data)} bytes; at most {documents.MAX_BYTES} are read")
    try:
        return Reply(output=data.decode().removesuffix("\n"))
    except UnicodeDecodeError as error:
        return failed(f"its answer is not UTF-8: {error.reason} at byte {error.start}")


def of_callable(data: bytes) -> Reply:
    """Read what the process of a `python` target says: what the callable returned, or what it raised."""
    try:
        value = documents.read(FILE, data).value
    except ConfigurationError as error:
        return failed(f"what the callable returned cannot be read: {error.faults[0].message}")
    if isinstance(value, dict) and isinstance(raised := value.get("raised"), str):
        return failed(f"it raised {raised}")
    return of_json(data)
