"""What an application printed → a Reply: its answer, or in one line what it did wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from llmgate import documents
from llmgate.errors import ConfigurationError
from llmgate.message import ToolCallPart
from llmgate.targets.prompt import canonical
from llmgate.trial import Retrieved

FILE = "answer.json"
MAX_FAULT_CHARS = 400
MAX_ITEMS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An application's answer. `fault` says what it did wrong: hostile text, made harmless and bounded."""

    output: str = ""
    documents: tuple[Retrieved, ...] = ()
    tool_calls: tuple[ToolCallPart, ...] = ()
    fault: str | None = None
    timed_out: bool = False


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class _Document(_Noun):
    id: Annotated[str, Field(min_length=1, max_length=1000)]
    text: str
    score: float | None = None


class _ToolCall(_Noun):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    arguments: JsonValue = None
    id: str | None = None


class _Answer(_Noun):
    output: JsonValue
    documents: Annotated[list[_Document], Field(max_length=MAX_ITEMS)] = []
    tool_calls: Annotated[list[_ToolCall], Field(max_length=MAX_ITEMS)] = []


def failed(reason: str, *, timed_out: bool = False) -> Reply:
    return Reply(fault=documents.printable(reason, MAX_FAULT_CHARS), timed_out=timed_out)


def of_json(data: bytes) -> Reply:
    """Read one JSON object with `output`, and `documents` and `tool_calls` where there are any."""
    if not data.strip():
        return failed("it ended without an answer")
    try:
        document = documents.read(FILE, data)
    except ConfigurationError as error:
        return failed(f"its answer cannot be read: {error.faults[0].message}")
    try:
        answer = _Answer.model_validate(document.value)
    except ValidationError as error:
        return failed(f"its answer has another form: {next(documents.faults(document, error)).message}")
    output = answer.output
    return Reply(
        output=output if isinstance(output, str) else canonical(output),
        documents=tuple(Retrieved(id=each.id, text=each.text, score=each.score) for each in answer.documents),
        tool_calls=tuple(
            ToolCallPart(name=each.name, arguments=each.arguments, id=each.id) for each in answer.tool_calls
        ),
    )


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
