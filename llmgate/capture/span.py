"""What every trace dialect is read into: spans of a trace, with the content that a replay needs, and remarks on them.

Content is plain JSON in OpenTelemetry's parts schema, not yet checked and not yet redacted: nothing of it may be
written or shown before `redacting` has seen it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from llmgate.conventions import Kind

Json = Mapping[str, JsonValue]


class Unfit(Exception):
    """A record that is not of the dialect, or says what it cannot mean; the message tells what, without its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One JSON value of a file, and the line on which it begins."""

    file: str
    line: int
    value: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRun:
    """What a tool was called with and answered; `id` is that of the model's call. `arguments` as sent, text or JSON."""

    name: str
    id: str | None = None
    arguments: JsonValue = None
    result: JsonValue = None
    error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One step of a trace. Times are nanoseconds since 1970, 0 where unknown; they order calls and join nothing.

    `messages` is the whole request, the system's first; `output` the answer; both as `{role, parts}`, where a part may
    be a `blob` with its base64 `content`. `documents` are `{id, text?, score?, metadata?}`, best first. `feedback` are
    `fixture.provenance.Feedback` as JSON. `expected` is what the source says would have been right. `missing` and
    `depends_on` are those of `fixture.Completeness`. `metadata` and `tags` are only selected by, never written.
    `response` is the API's id of the answer. A `piece` has only those messages that its record has: `pieces.whole` puts
    them one after the other. `part` tells apart what is in one trace and has nothing to do with each other, as the
    trials of a gate.
    """

    file: str
    line: int
    trace: str
    id: str
    parent: str | None = None
    name: str = ""
    kind: Kind = Kind.OTHER
    started_ns: int = 0
    ended_ns: int = 0
    messages: tuple[Json, ...] = ()
    output: tuple[Json, ...] = ()
    finish_reason: str | None = None
    tools: tuple[Json, ...] = ()
    params: Json = field(default_factory=dict)
    seed: int | None = None
    provider: str | None = None
    requested: str | None = None
    served: str | None = None
    prompt: Json = field(default_factory=dict)
    variables: Json | None = None
    documents: tuple[Json, ...] = ()
    tool: ToolRun | None = None
    feedback: tuple[Json, ...] = ()
    expected: str | None = None
    error: str | None = None
    tags: tuple[str, ...] = ()
    metadata: Json = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    response: str | None = None
    piece: bool = False
    part: str = ""


_BY_RESPONSE, _BY_SPAN = "response ", "span "


def by_response(response: str) -> str:
    """Return what stands for the trace in a remark that names nothing but the API's id of the answer."""
    return f"{_BY_RESPONSE}{response}"


def by_span(span: str) -> str:
    """Return what stands for the trace in a remark that names nothing but the span that it is about."""
    return f"{_BY_SPAN}{span}"


def is_a_trace(name: str) -> bool:
    """Tell a trace from what stands for one in such remarks."""
    return not name.startswith((_BY_RESPONSE, _BY_SPAN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Feedback or the right answer that the source keeps apart from its span; without `span` it is about the trace.

    Where it is about an answer whose trace it does not know, its trace is `by_response` of the answer's id; where it
    knows only the span, `by_span` of that.
    """

    trace: str
    span: str | None = None
    feedback: tuple[Json, ...] = ()
    expected: str | None = None


class Dialect(Protocol):
    """One format of traces, a module of this folder."""

    def traces(self, value: JsonValue) -> Iterable[str]:
        """Name the traces that a record says something of, cheaply.

        Raises:
            Unfit: where the record is not of this dialect.
        """
        ...

    def read(self, record: Record) -> Iterable[Span | Remark]:
        """Read all that a record says.

        Raises:
            Unfit: where it cannot be read.
        """
        ...
