"""A trial's trace and grades → messages, documents, tool calls and grades as a page shows them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResponsePart
from llmgate.report.entries import answer
from llmgate.report.shown import ShownDocument, ShownGrade, ShownMessage, ShownTool
from llmgate.run import Work
from llmgate.showing.cutting import Cut
from llmgate.telemetry import conversation
from llmgate.trial import Grade, Trace

__all__ = ["answer", "documents", "grades", "messages", "tools"]

MOST_MESSAGES = 40
MESSAGE_CHARS = 20_000
PROMPT_CHARS = 60_000
MOST_DOCUMENTS = 20
DOCUMENT_CHARS = 4_000
MOST_TOOLS = 40
TOOL_CHARS = 4_000
MOST_GRADES = 100
REASON_CHARS = 1_000
NAME_CHARS = 300


def messages(work: Work, trace: Trace, cut: Cut) -> Iterator[ShownMessage]:
    """List what was sent first; what came after it is told by the tool calls and the answer."""
    request = trace.request if work.application else work.request
    room = PROMPT_CHARS
    for message in request.messages[:MOST_MESSAGES] if request else ():
        text = cut(_text(message), max(min(MESSAGE_CHARS, room), 1))
        room -= len(text)
        yield ShownMessage(role=message.role, text=text)


def _text(message: Message) -> str:
    return "\n".join(_part(part) for part in message.parts)


def _part(part: Part) -> str:
    match part:
        case TextPart():
            return part.content
        case ToolCallPart():
            return f"→ {part.name}({_json(part.arguments)})"
        case ToolResponsePart():
            return _json(part.response)
        case ReasoningPart():
            return f"(thinks) {part.content}"
        case BlobPart():
            return f"[{part.mime_type}, sha256:{part.sha256}]"
        case UriPart():
            return f"[{part.uri}]"


def documents(trace: Trace, cut: Cut) -> Iterator[ShownDocument]:
    for each in trace.documents[:MOST_DOCUMENTS]:
        yield ShownDocument(id=cut(each.id, NAME_CHARS), text=cut(each.text, DOCUMENT_CHARS), score=each.score)


def tools(work: Work, trace: Trace, cut: Cut) -> Iterator[ShownTool]:
    """List the calls of tools in order, with what was replayed to each."""
    for shown in list(_tools(work, trace))[:MOST_TOOLS]:
        wanted, answered = shown
        yield ShownTool(
            name=cut(wanted.name, NAME_CHARS),
            arguments=cut(_json(wanted.arguments), TOOL_CHARS),
            result=None if answered is None else cut(_json(answered.result), TOOL_CHARS),
            failed=bool(answered and answered.failed),
        )


def _tools(work: Work, trace: Trace) -> Iterator[tuple[ToolCallPart, conversation.Answered | None]]:
    if work.application:
        yield from ((call, None) for call in trace.tool_calls)
        return
    told = conversation.exchanges(trace.calls, work.request, trace.request)
    for call, exchange in zip(trace.calls, told, strict=True):
        for place, wanted in enumerate(call.completion.message.tool_calls):
            yield wanted, exchange.tools[place] if place < len(exchange.tools) else None


def grades(found: Iterable[Grade], cut: Cut) -> Iterator[ShownGrade]:
    """List the assertions, each set before what is in it."""
    for depth, grade in list(_flat(found, 0))[:MOST_GRADES]:
        yield ShownGrade(
            assertion=cut(grade.assertion, NAME_CHARS),
            outcome="error" if grade.error else "passed" if grade.passed else "failed",
            score=round(grade.score, 4),
            reason=cut(grade.error or grade.reason, REASON_CHARS),
            depth=depth,
        )


def _flat(found: Iterable[Grade], depth: int) -> Iterator[tuple[int, Grade]]:
    for grade in found:
        yield depth, grade
        yield from _flat(grade.parts, depth + 1)


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
