"""The spans of one trace → the conversations in it, each with the documents and tool results that belong to it.

A conversation is a request and the later requests that go on from it. Spans are joined by what they say and by their
parents; times only order what is joined.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture import tool_results
from llmgate.capture.messages import parts
from llmgate.capture.span import Json, Remark, Span
from llmgate.capture.traces import Trace
from llmgate.conventions import Kind

MAX_ANCESTORS = 500
"""Programs call no deeper; what stands higher up is not looked at."""

_NO_TIME = dt.datetime.fromtimestamp(0, tz=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A conversation as production had it: the first request, what tools answered, and the last answer.

    `spans` are its model calls in order; `last` is the one whose answer people saw. Content is raw, as that of a span.
    """

    trace: str
    spans: tuple[Span, ...]
    name: str
    results: tuple[Json, ...] = ()
    documents: tuple[Json, ...] = ()
    prompt: Json = field(default_factory=dict)
    variables: Json | None = None
    feedback: tuple[Json, ...] = ()
    expected: str | None = None
    tags: tuple[str, ...] = ()
    metadata: Json = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()

    @property
    def first(self) -> Span:
        return self.spans[0]

    @property
    def last(self) -> Span:
        return self.spans[-1]

    @property
    def messages(self) -> tuple[Json, ...]:
        return self.first.messages

    @property
    def calls_tools(self) -> bool:
        """Whether the model called a tool in answer to the request."""
        return bool(self.results) or any(parts.has_calls(span.output) for span in self.spans)

    @property
    def captured(self) -> dt.date | None:
        """The day of the first call, in UTC."""
        started = self.first.started_ns // 1_000_000_000
        if not 0 < started < 2**34:
            return None
        return (_NO_TIME + dt.timedelta(seconds=started)).date()


def conversations(trace: Trace) -> tuple[Seen, ...]:
    """Find the conversations of a trace, in the order in which they end."""
    shared = _Shared.of(trace)
    chains = sorted(_chains(trace.spans), key=lambda chain: _end(chain[-1]))
    return tuple(_seen(shared, chain) for chain in chains)


def _end(span: Span) -> tuple[int, int]:
    return max(span.ended_ns, span.started_ns), span.started_ns


def _chains(spans: Iterable[Span]) -> list[tuple[Span, ...]]:
    """Join model calls: each goes on from the one whose request is the longest beginning of its own.

    It goes on where only answers and tool results came to it; another word of the user begins another conversation.
    """
    calls = [span for span in spans if span.kind is Kind.MODEL]
    calls.sort(key=lambda span: (span.started_ns, len(span.messages)))
    chains: list[list[Span]] = []
    by_request: dict[str, list[Span]] = {}
    for call in calls:
        marks = _marks(call.messages)
        known = next((place for place in reversed(range(len(marks))) if marks[place] in by_request), None)
        if known is None or not call.messages or not all(map(_is_answer, call.messages[known + 1 :])):
            chain: list[Span] = []
            chains.append(chain)
        else:
            chain = by_request[marks[known]]
        chain.append(call)
        by_request[marks[-1]] = chain
    return [tuple(chain) for chain in chains]


def _is_answer(message: Json) -> bool:
    """Tell whether a message is the model's or its tools'; Anthropic puts tool results into the user's."""
    if message.get("role") in ("assistant", "tool"):
        return True
    found = list(parts.listed((message,)))
    return bool(found) and all(part.get("type") == "tool_call_response" for part in found)


def _marks(messages: Sequence[Json]) -> list[str]:
    """Name each beginning of a request, the whole one last."""
    running, marks = hashlib.sha256(), []
    for message in messages:
        running.update(_canonical(message).encode("utf-8", "replace"))
        marks.append(running.hexdigest())
    return marks or [running.hexdigest()]


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What all conversations of a trace share, made once: there may be thousands in one trace.

    `rest` are the spans that are no model calls, `ran` is what tools answered in them; `feedback` and `documents` are
    what they say, by its canonical form.
    """

    trace: Trace
    spans: Mapping[str, Span]
    calls: frozenset[str]
    rest: tuple[Span, ...]
    ran: tuple[Json, ...]
    feedback: dict[str, Json]
    documents: dict[str, Json]
    metadata: dict[str, JsonValue]

    @classmethod
    def of(cls, trace: Trace) -> _Shared:
        spans = {span.id: span for span in trace.spans}
        rest = tuple(span for span in trace.spans if span.kind is not Kind.MODEL)
        return cls(
            trace=trace,
            spans=spans,
            calls=frozenset(span.id for span in trace.spans if span.kind is Kind.MODEL),
            rest=rest,
            ran=tool_results.ran(trace.spans),
            feedback=_different(each for span in rest for each in span.feedback),
            documents=_different(document for span in _searched(trace.spans, spans) for document in span.documents),
            metadata={name: value for span in reversed(rest) for name, value in span.metadata.items()},
        )

    def remarks(self, own: frozenset[str]) -> list[Remark]:
        """List what is said of the trace or of these calls, and not of others."""
        return [each for each in self.trace.remarks if each.span in own or each.span not in self.calls]


def ancestors(span: Span, spans: Mapping[str, Span]) -> Iterator[Span]:
    seen = {span.id}
    parent = span.parent
    while parent is not None and parent not in seen and parent in spans and len(seen) <= MAX_ANCESTORS:
        seen.add(parent)
        yield spans[parent]
        parent = spans[parent].parent


def _seen(shared: _Shared, chain: tuple[Span, ...]) -> Seen:
    near = [*chain, *ancestors(chain[0], shared.spans)]
    around = [*near, *shared.rest]
    remarks = shared.remarks(frozenset(span.id for span in chain))
    feedback = _different(each for span in near for each in span.feedback) | shared.feedback
    documents = shared.documents | _different(document for call in chain for document in call.documents)
    return Seen(
        trace=shared.trace.id,
        spans=chain,
        name=next((span.name for span in reversed(near) if span.name), ""),
        results=tool_results.of(chain, shared.ran),
        documents=tuple(documents.values()),
        prompt=next((span.prompt for span in around if span.prompt), {}),
        variables=next((span.variables for span in around if span.variables), None),
        feedback=tuple((feedback | _different(each for remark in remarks for each in remark.feedback)).values()),
        expected=next((text for text in _expected(around, remarks) if text), None),
        tags=tuple(sorted({tag for span in around for tag in span.tags})),
        metadata=ChainMap(*(dict(span.metadata) for span in near if span.metadata), shared.metadata),
        missing=tuple(sorted({each for span in (*near, *_carriers(shared.rest)) for each in span.missing})),
        depends_on=tuple(sorted({each for span in near for each in span.depends_on})),
    )


def _carriers(spans: Iterable[Span]) -> Iterator[Span]:
    return (span for span in spans if span.kind in (Kind.RETRIEVAL, Kind.RERANK, Kind.TOOL))


def _expected(spans: Iterable[Span], remarks: Iterable[Remark]) -> Iterator[str | None]:
    yield from (remark.expected for remark in remarks)
    yield from (span.expected for span in spans)


def _different(found: Iterable[Json]) -> dict[str, Json]:
    return {_canonical(each): each for each in found}


def _searched(spans: Sequence[Span], known: Mapping[str, Span]) -> Sequence[Span]:
    """List the spans of what the model was shown: reranked before retrieved, and nothing that a tool found."""
    found = [span for span in spans if span.documents and span.kind in (Kind.RERANK, Kind.RETRIEVAL)]
    outside = [span for span in found if not any(each.kind is Kind.TOOL for each in ancestors(span, known))]
    return [span for span in outside if span.kind is Kind.RERANK] or outside
