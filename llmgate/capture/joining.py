"""The spans of one trace → the conversations in it, each with the documents and tool results that belong to it.

A conversation is a request and the later requests that go on from it. Spans are joined by what they say and by their
parents; times only order what is joined.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture import pieces
from llmgate.capture.messages import parts
from llmgate.capture.span import Json, Kind, Remark, Span, ToolRun
from llmgate.capture.traces import Trace

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
        return bool(self.results) or any(pieces.has_calls(span.output) for span in self.spans)

    @property
    def captured(self) -> dt.date | None:
        """The day of the first call, in UTC."""
        started = self.first.started_ns // 1_000_000_000
        if not 0 < started < 2**34:
            return None
        return (_NO_TIME + dt.timedelta(seconds=started)).date()


def conversations(trace: Trace) -> tuple[Seen, ...]:
    """Find the conversations of a trace, in the order in which they end."""
    family = _Family({span.id: span for span in trace.spans})
    chains = _chains(trace.spans)
    return tuple(_seen(trace, chain, family, chains) for chain in sorted(chains, key=lambda chain: _end(chain[-1])))


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
    listed = list(_parts((message,)))
    return bool(listed) and all(part.get("type") == "tool_call_response" for part in listed)


def _marks(messages: Sequence[Json]) -> list[str]:
    """Name each beginning of a request, the whole one last."""
    running, marks = hashlib.sha256(), []
    for message in messages:
        running.update(_canonical(message).encode("utf-8", "replace"))
        marks.append(running.hexdigest())
    return marks or [running.hexdigest()]


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dict)


@dataclass(frozen=True, slots=True)
class _Family:
    """The spans of a trace by id."""

    spans: Mapping[str, Span]

    def ancestors(self, span: Span) -> Iterator[Span]:
        seen = {span.id}
        parent = span.parent
        while parent is not None and parent not in seen and parent in self.spans:
            seen.add(parent)
            yield self.spans[parent]
            parent = self.spans[parent].parent

    def is_within_a_tool(self, span: Span) -> bool:
        return any(each.kind is Kind.TOOL for each in self.ancestors(span))


def _seen(trace: Trace, chain: tuple[Span, ...], family: _Family, chains: Sequence[tuple[Span, ...]]) -> Seen:
    own = {span.id for span in chain}
    others = {span.id for each in chains for span in each} - own
    near = [*chain, *family.ancestors(chain[0])]
    around = [*near, *(span for span in trace.spans if span.id not in others and span not in near)]
    remarks = [remark for remark in trace.remarks if remark.span not in others]
    documents, lacking = _documents(trace.spans, chain, family)
    return Seen(
        trace=trace.id,
        spans=chain,
        name=next((span.name for span in reversed(near) if span.name), ""),
        results=tuple(_results(chain, trace.spans)),
        documents=documents,
        prompt=next((span.prompt for span in around if span.prompt), {}),
        variables=next((span.variables for span in around if span.variables), None),
        feedback=_different([*(each for span in around for each in span.feedback), *_said(remarks)]),
        expected=next((text for text in _expected(around, remarks) if text), None),
        tags=tuple(sorted({tag for span in around for tag in span.tags})),
        metadata={name: value for span in reversed(around) for name, value in span.metadata.items()},
        missing=tuple(sorted({*lacking, *(each for span in (*near, *_carriers(around)) for each in span.missing)})),
        depends_on=tuple(sorted({each for span in near for each in span.depends_on})),
    )


def _carriers(spans: Iterable[Span]) -> Iterator[Span]:
    return (span for span in spans if span.kind in (Kind.RETRIEVAL, Kind.RERANK, Kind.TOOL))


def _said(remarks: Iterable[Remark]) -> list[Json]:
    return [each for remark in remarks for each in remark.feedback]


def _expected(spans: Iterable[Span], remarks: Iterable[Remark]) -> Iterator[str | None]:
    yield from (remark.expected for remark in remarks)
    yield from (span.expected for span in spans)


def _different(found: Iterable[Json]) -> tuple[Json, ...]:
    return tuple({_canonical(each): each for each in found}.values())


def _documents(
    spans: Iterable[Span], chain: tuple[Span, ...], family: _Family
) -> tuple[tuple[Json, ...], tuple[str, ...]]:
    """List what the model was shown: what was reranked before what was retrieved, and nothing that a tool found."""
    outside = [span for span in spans if span.documents and not family.is_within_a_tool(span)]
    reranked = [span for span in outside if span.kind is Kind.RERANK]
    searched = reranked or [span for span in outside if span.kind is Kind.RETRIEVAL]
    found = [
        document for span in (*searched, *(call for call in chain if call.documents)) for document in span.documents
    ]
    return _different(found), ()


def _results(chain: tuple[Span, ...], spans: Iterable[Span]) -> Iterator[Json]:
    """Yield the tools' answers in the order of the calls: as the model read them, else as the tools' spans say."""
    begun = len(chain[0].messages)
    answered = list(_answers(chain[-1].messages[begun:] if len(chain) > 1 else ()))
    yield from answered
    if not answered:
        runs = sorted((span for span in spans if span.tool is not None), key=lambda span: span.started_ns)
        yield from (_result(span.tool) for span in runs if span.tool is not None)


def _answers(messages: Sequence[Json]) -> Iterator[Json]:
    """Pair the calls of a conversation with their results, by id, else by their order."""
    calls: list[dict[str, JsonValue]] = []
    for part in _parts(messages):
        if part.get("type") == "tool_call":
            calls.append(part)
        elif part.get("type") == "tool_call_response":
            call = next((each for each in calls if each.get("id") == part.get("id")), calls[0] if calls else None)
            if call is not None:
                calls.remove(call)
                run = ToolRun(
                    name=str(call["name"]),
                    arguments=call.get("arguments"),
                    result=part.get("response"),
                    error=part.get("is_error") is True,
                )
                yield _result(run)


def _parts(messages: Sequence[Json]) -> Iterator[dict[str, JsonValue]]:
    for message in messages:
        listed = message.get("parts")
        yield from (part for part in (listed if isinstance(listed, list) else []) if isinstance(part, dict))


def _result(run: ToolRun) -> Json:
    told: dict[str, JsonValue] = {"name": run.name, "arguments": parts.parsed(run.arguments), "result": run.result}
    if told["arguments"] is None:
        told["arguments"] = {}
    return {**told, "error": True} if run.error else told
