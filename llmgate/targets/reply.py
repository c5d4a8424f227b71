"""The object that an application replies with → a Reply, or what is wrong with it.

`{"output": text or any JSON, "documents": [{"id", "text", "score"}], "tool_calls": [{"name", "arguments", "id"}]}`; all
but the first may be left out, and what else it has is passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from llmgate import documents
from llmgate.message import ToolCallPart
from llmgate.providers import api
from llmgate.trial import Retrieved

MAX_DOCUMENTS = 1_000
MAX_CALLS = 1_000
MAX_FAULT_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an application answered. A `fault` is its own failure; an `error` says nothing of it: missing data.

    Both may quote it. `timed_out` tells that the fault is the time, which its models may have taken.
    """

    output: str = ""
    documents: tuple[Retrieved, ...] = ()
    tool_calls: tuple[ToolCallPart, ...] = ()
    fault: str | None = None
    error: str | None = None
    timed_out: bool = False


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, coerce_numbers_to_str=True)


class _Document(_Said):
    id: str = Field(min_length=1, max_length=400)
    text: str
    score: float | None = None


class _Call(_Said):
    name: str
    arguments: JsonValue = None
    id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _accept_chat_completions(cls, value: Any) -> Any:
        """Take a call as Chat Completions has it: `{id, type, function: {name, arguments}}`."""
        inner = value.get("function") if isinstance(value, dict) else None
        return {**inner, "id": value.get("id")} if isinstance(inner, dict) else value


class _Object(_Said):
    output: JsonValue
    documents: tuple[_Document, ...] | None = Field(default=None, max_length=MAX_DOCUMENTS)
    tool_calls: tuple[_Call, ...] | None = Field(default=None, max_length=MAX_CALLS)


def read(value: JsonValue) -> Reply:
    """Read a reply; `value` is JSON of bounded depth. An output that is no text is written as JSON, none as no text."""
    try:
        told = _Object.model_validate(value)
    except ValidationError as error:
        return Reply(fault=f"the reply is not what it should be: {_first(error)}")
    return Reply(
        output=_text(told.output),
        documents=tuple(Retrieved(id=each.id, text=each.text, score=each.score) for each in told.documents or ()),
        tool_calls=tuple(
            ToolCallPart(id=each.id, name=each.name, arguments=api.arguments(each.arguments))
            for each in told.tool_calls or ()
        ),
    )


def _text(output: JsonValue) -> str:
    if output is None:
        return ""
    if isinstance(output, str):
        return output
    return json.dumps(output, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _first(error: ValidationError) -> str:
    told = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(map(str, told["loc"]))
    return documents.printable(f"{place}: {told['msg']}" if place else told["msg"], MAX_FAULT_CHARS)
