"""What several records say of one span → the one span: fields fill each other, messages are put in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from llmgate.capture.messages import parts
from llmgate.capture.span import Span, Unfit
from llmgate.conventions import Kind

MAX_RECORDS = 2_000  # of one span: a log record for each message of the longest conversation, and some

UNRECORDED = "messages that were not recorded"
NO_OUTPUT = "output: the instrumentation recorded none"
NO_TOOLS = "tool definitions"
NO_MESSAGES = "messages: "  # with what it says about how they are recorded

_FILLED = (
    *("name", "parent", "finish_reason", "seed", "provider", "requested", "served", "prompt", "variables", "tool"),
    *("documents", "expected", "error", "response", "messages", "output", "tools", "part"),
)
_EMPTY: tuple[object, ...] = (None, "", (), {})
_AGREEING = ("messages", "output", "tools", "tool", "documents", "variables")


def whole(spans: Sequence[Span]) -> Span:
    """Join all spans of one trace and one id, at least one.

    Raises:
        Unfit: where two that are no pieces contradict each other in what was said, or there are too many.
    """
    if len(spans) > MAX_RECORDS:
        raise Unfit(f"one span has {len(spans)} records; at most {MAX_RECORDS} are joined")
    pieces = sorted((span for span in spans if span.piece), key=lambda span: span.started_ns)
    wholes = sorted((span for span in spans if not span.piece), key=lambda span: not span.name)  # a log has no name
    joined, *others = [*wholes, *([_in_order(pieces)] if pieces else [])]
    for other in others:
        joined = _filled(joined, other)
    return _noted(replace(joined, piece=False)) if len(spans) > 1 else joined


def _in_order(pieces: list[Span]) -> Span:
    """Put the messages of pieces one after the other; what else they say is filled in."""
    first, *others = pieces
    for other in others:
        first = _filled(replace(first, messages=(), output=()), replace(other, messages=(), output=()))
    return replace(
        first,
        messages=tuple(message for piece in pieces for message in piece.messages),
        output=tuple(message for piece in pieces for message in piece.output),
    )


def _filled(first: Span, second: Span) -> Span:
    for name in _AGREEING:
        told, also = getattr(first, name), getattr(second, name)
        if told and also and told != also:
            raise Unfit(f"two records of one span contradict each other in its {name}")
    if Kind.OTHER not in (first.kind, second.kind) and first.kind is not second.kind:
        raise Unfit("two records of one span contradict each other in what it is")
    return replace(
        first,
        started_ns=first.started_ns or second.started_ns,
        ended_ns=first.ended_ns or second.ended_ns,
        kind=second.kind if first.kind is Kind.OTHER else first.kind,
        params={**second.params, **first.params},
        metadata={**second.metadata, **first.metadata},
        tags=tuple(dict.fromkeys((*first.tags, *second.tags))),
        feedback=(*first.feedback, *(told for told in second.feedback if told not in first.feedback)),
        missing=_together(_missing(first, second), _missing(second, first)),
        depends_on=_together(_depends_on(first, second), _depends_on(second, first)),
        **{name: getattr(second, name) for name in _FILLED if getattr(first, name) in _EMPTY},
    )


def _missing(span: Span, other: Span) -> list[str]:
    """Return what a span lacks that the other does not bring."""
    brought = other.messages and not span.messages
    return [told for told in span.missing if not (brought and told.startswith(NO_MESSAGES))]


def _depends_on(span: Span, other: Span) -> list[str]:
    brought = other.messages and not span.messages
    return [told for told in span.depends_on if not (brought and told == UNRECORDED)]


def _together(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*first, *second}))


def _noted(span: Span) -> Span:
    """Say anew what the whole lacks."""
    missing = set(span.missing) - ({NO_OUTPUT} if span.output else set()) - {NO_TOOLS}
    if not span.tools and parts.has_calls((*span.messages, *span.output)):
        missing.add(NO_TOOLS)
    return replace(span, missing=tuple(sorted(missing)))
