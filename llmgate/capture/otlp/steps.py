"""One span of OTLP, or what a log record says of one → the span that capture reads, and remarks on others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate import conventions
from llmgate.capture import messages, pieces
from llmgate.capture.messages import parts
from llmgate.capture.otlp import about, conversation, documents, ending, envelope, notes, settings, toolrun, values
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.otlp.conversation import Content
from llmgate.capture.otlp.events import Judgement, Told
from llmgate.capture.otlp.settings import Settings
from llmgate.capture.span import Json, Record, Remark, Span, by_response
from llmgate.conventions import Field, Kind, Shape

Object = dict[str, JsonValue]

_FINDING = (Kind.RETRIEVAL, Kind.RERANK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A span, or what log records say of one: where it stands, and what is said."""

    record: Record
    value: Object
    trace: str
    id: str
    said: Attributes
    told: Told
    metadata: Json
    is_log: bool = False
    piece: bool = False

    @property
    def kind(self) -> Kind:
        for name, kinds in conventions.KINDS.items():
            if isinstance(value := self.said.values.get(name), str) and value in kinds:
                return kinds[value]
        if self.told.messages or self.told.answers:
            return Kind.MODEL
        if self.said.text(Field.REQUESTED) and next(iter(self.said.all(Field.INPUT)), None):
            return Kind.MODEL
        if "gen_ai.tool.name" in self.said.values:
            return Kind.TOOL
        return Kind.RETRIEVAL if self.told.documents else Kind.OTHER

    @property
    def name(self) -> str:
        name = self.value.get("name")
        return name if isinstance(name, str) else ""


def read(step: Step) -> Iterator[Span | Remark]:
    """Read all that a step says."""
    own, judged = step.said.text(Field.RESPONSE), step.told.judgements
    yield _span(step, [one.told for one in judged if one.response in (None, own)])
    yield from remarks(one for one in judged if one.response not in (None, own))
    if of_trace := about.judgements(step.said, Field.TRACE_FEEDBACK):
        yield Remark(trace=step.trace, feedback=of_trace)


def remarks(judged: Iterable[Judgement]) -> Iterator[Remark]:
    """Write judgements of answers that are told by their ids."""
    for one in judged:
        if one.response is not None:
            yield Remark(trace=by_response(one.response), feedback=(one.told,))


def _span(step: Step, judged: list[Json]) -> Span:
    said, kind, value = step.said, step.kind, step.value
    asked = settings.of(said) if kind is Kind.MODEL else Settings()
    content = _content(step, asked) if kind is Kind.MODEL else Content()
    found, untold = documents.of(kind, said, step.told.documents) if kind in _FINDING else ((), set[str]())
    error = ending.error(value, said, step.told)
    return Span(
        file=step.record.file,
        line=step.record.line,
        trace=step.trace,
        id=step.id,
        parent=envelope.identity(envelope.field(value, "parentSpanId"), envelope.SPAN_BYTES),
        name=step.name,
        kind=kind,
        started_ns=ending.moment(value, "startTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"),
        ended_ns=ending.moment(value, "endTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"),
        messages=content.messages,
        output=content.output,
        finish_reason=ending.finish_reason(said, step.told) if kind is Kind.MODEL else None,
        tools=content.tools,
        params=asked.params,
        seed=asked.seed,
        provider=said.text(Field.PROVIDER),
        requested=said.text(Field.REQUESTED) or asked.model,
        served=said.text(Field.SERVED),
        prompt=about.prompt(said),
        variables=about.variables(said),
        documents=found,
        tool=toolrun.of(said, step.name, failed=error is not None) if kind is Kind.TOOL else None,
        feedback=(*about.judgements(said, Field.FEEDBACK), *judged),
        expected=said.text(Field.EXPECTED),
        error=error,
        tags=about.tags(said),
        metadata={**step.metadata, **about.metadata(said)},
        missing=tuple(sorted(content.missing | asked.missing | untold)),
        depends_on=tuple(sorted(content.depends_on | asked.depends_on)),
        response=said.text(Field.RESPONSE),
        piece=step.piece,
        part=said.text(Field.TRIAL) or "",
    )


def _content(step: Step, asked: Settings) -> Content:
    """Read what was said, and note what is not there; a log record need not say all of its span."""
    content = conversation.of(step.said, step.told, one=asked.params.get("n") not in (None, 1))
    if not content.tools and asked.tools:
        offered = messages.definitions(asked.tools)
        content.tools = offered.messages
        content.depends_on |= set(offered.depends_on)
    if not step.is_log:
        _note(step, content)
    return content


def _note(step: Step, content: Content) -> None:
    if not content.messages and pieces.UNRECORDED not in content.depends_on:
        content.missing.add(notes.NO_CONTENT)
        content.depends_on.add(pieces.UNRECORDED)
    if not content.output and content.messages and not ending.has_failed(step.value):
        content.missing.add(pieces.NO_OUTPUT)
    if not content.tools and parts.has_calls((*content.messages, *content.output)):
        content.missing.add(pieces.NO_TOOLS)
    if values.integer(envelope.field(step.value, "droppedAttributesCount")):
        content.missing.add(notes.DROPPED)
        if any(said.name.shape is Shape.LIST for said in step.said.all(Field.INPUT)):
            content.depends_on.add(pieces.UNRECORDED)
