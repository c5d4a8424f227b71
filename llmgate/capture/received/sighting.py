"""The spans of a trial → the documents that an application found, the tools that it ran, how often it asked a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pydantic import JsonValue

from llmgate.capture import joining, values
from llmgate.capture.messages import parts
from llmgate.capture.received import collecting
from llmgate.capture.received.collecting import Notes
from llmgate.capture.span import Json, Span, ToolRun
from llmgate.conventions import Kind
from llmgate.message import ToolCallPart
from llmgate.trial import Retrieved

MAX_DOCUMENTS = 1_000
MAX_CALLS = 1_000
NEAR = 5
"""So many spans up, one instrumentation's span of a tool stands around another's."""

Each = TypeVar("Each")
Known = Mapping[str, Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an application's spans tell of a trial. The notes, which may quote it, say what could not be used."""

    documents: tuple[Retrieved, ...] = ()
    tool_calls: tuple[ToolCallPart, ...] = ()
    model_calls: int = 0
    notes: tuple[str, ...] = ()


def of(received: Sequence[tuple[str, bytes]], trace: str | None) -> Seen:
    notes = Notes()
    spans = collecting.spans(received, trace, notes)
    known = {span.id: span for span in spans}
    documents = _within(_documents(spans), MAX_DOCUMENTS, "documents", notes)
    runs = _within(_runs(spans, known), MAX_CALLS, "calls of tools", notes)
    for span in spans:
        notes.add(*(span.missing if span.kind in (Kind.RETRIEVAL, Kind.RERANK, Kind.TOOL) else ()))
    return Seen(
        documents=documents,
        tool_calls=tuple(ToolCallPart(id=run.id, name=run.name, arguments=_arguments(run)) for run in runs),
        model_calls=_asked(spans, known),
        notes=tuple(notes.told),
    )


def _documents(spans: Iterable[Span]) -> Iterator[Retrieved]:
    """Tell what the model was shown: what was found, or, where that was ranked anew, what came of it."""
    shown: list[Json] = []
    waiting: list[Json] = []
    for span in spans:
        if span.kind is Kind.RERANK and span.documents:
            texts = {str(each["id"]): each["text"] for each in waiting if "text" in each}
            shown += [_with_text(each, texts) for each in span.documents]
            waiting = []
        elif span.kind is Kind.RETRIEVAL:
            waiting += span.documents
    found = (_retrieved(document) for document in (*shown, *waiting))
    told: set[tuple[str, str]] = set()
    for document in found:
        if (identity := (document.id, document.text)) not in told:
            told.add(identity)
            yield document


def _with_text(document: Json, texts: Mapping[str, JsonValue]) -> Json:
    """Add the text that the search told, where the ranking tells the id alone."""
    text = texts.get(str(document["id"]))
    return document if "text" in document or text is None else {**document, "text": text}


def _retrieved(document: Json) -> Retrieved:
    score = values.number(document.get("score"))
    return Retrieved(id=str(document["id"]), text=str(document.get("text", "")), score=score)


def _runs(spans: Iterable[Span], known: Known) -> Iterator[ToolRun]:
    """Leave out a run that is told twice: with one id of the call, or by two instrumentations, one in the other."""
    told: set[tuple[str, str]] = set()
    for span in spans:
        run = span.tool
        if run is None or span.kind is not Kind.TOOL or (run.id is not None and (run.id, run.name) in told):
            continue
        if any(_is_run(each, run) for each in islice(joining.ancestors(span, known), NEAR)):
            continue
        if run.id is not None:
            told.add((run.id, run.name))
        yield run


def _is_run(span: Span, run: ToolRun) -> bool:
    outer = span.tool
    return outer is not None and outer.name == run.name and _arguments(outer) == _arguments(run)


def _arguments(run: ToolRun) -> JsonValue:
    """Return the arguments as the value that they are; what is written as JSON in a text is that JSON."""
    return {} if run.arguments is None else parts.parsed(run.arguments)


def _asked(spans: Iterable[Span], known: Known) -> int:
    """Count the calls of models; a framework's span around that of an API's client is the same call."""
    calls = {span.id: span for span in spans if span.kind is Kind.MODEL}
    around = {each.id for span in calls.values() for each in joining.ancestors(span, known)}
    return len(calls.keys() - around)


def _within(found: Iterable[Each], most: int, what: str, notes: Notes) -> tuple[Each, ...]:
    kept = list(islice(found, most + 1))
    if len(kept) > most:
        notes.add(f"more than {most:,} {what}: the others are left out")
    return tuple(kept[:most])
