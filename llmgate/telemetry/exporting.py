"""Spans → OpenTelemetry's SDK, which samples, batches and sends them as OTLP over HTTP in protobuf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from llmgate.telemetry import sending
from llmgate.telemetry.lines import SCOPE
from llmgate.telemetry.place import Place
from llmgate.telemetry.sending import Complaints
from llmgate.telemetry.span import Side, Span
from llmgate.telemetry.wanted import Export

_KINDS = {Side.INTERNAL: SpanKind.INTERNAL, Side.CLIENT: SpanKind.CLIENT}


class Exporting:
    """A sink that sends. The first span of the run begins at once, as the sampler decides by it for all."""

    def __init__(self, wanted: Export, place: Place, resource: Mapping[str, str], version: str, now_ns: int) -> None:
        self._place, self._host = place, wanted.host
        self._complaints = Complaints("trace_exporter")
        self._ids = _Ids(place)
        self._sent = _Sent(OTLPSpanExporter(headers=dict(wanted.headers), session=sending.session()))
        self._provider = TracerProvider(
            resource=Resource.create(dict(resource)), id_generator=self._ids, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._sent))
        self._tracer = self._provider.get_tracer(SCOPE, version)
        self._ids.span = place.root
        self._root = self._tracer.start_span("llmgate", context=_context(_remote(place)), start_time=now_ns)
        self._told = 0

    def write(self, spans: Sequence[Span]) -> None:
        for span in spans:
            is_root = span.id == self._place.root
            told = self._root if is_root else self._started(span)
            self._told += told.is_recording()
            if is_root:
                told.update_name(span.name)
                told.set_attributes(sending.attributes(span.attributes))
            for event in span.events:
                told.add_event(event.name, sending.attributes(event.attributes), timestamp=event.at_ns)
            if span.failed:
                told.set_status(Status(StatusCode.ERROR, span.message or None))
            told.end(span.ended_ns)

    def close(self) -> tuple[str, ...]:
        """Send what is left, and give up after a while."""
        because = self._complaints.ended(self._provider.shutdown)
        lost = self._told - self._sent.count
        return (f"{lost} of {self._told} spans were not exported to {self._host}{because}",) if lost else ()

    def _started(self, span: Span) -> trace.Span:
        self._ids.span = span.id
        flags = self._root.get_span_context().trace_flags
        parent = _other(span.trace, span.parent or self._place.root, is_remote=False, flags=flags)
        return self._tracer.start_span(
            span.name,
            context=_context(parent),
            kind=_KINDS[span.side],
            attributes=sending.attributes(span.attributes),
            links=[
                trace.Link(_other(link.trace, link.span), sending.attributes(link.attributes)) for link in span.links
            ],
            start_time=span.started_ns,
        )


def _remote(place: Place) -> SpanContext | None:
    if (parent := place.parent) is None:
        return None
    state = TraceState.from_header([parent.state]) if parent.state else None
    return _other(parent.trace, parent.span, flags=TraceFlags(parent.flags), state=state)


def _other(
    trace_id: str,
    span_id: str,
    *,
    is_remote: bool = True,
    flags: TraceFlags | None = None,
    state: TraceState | None = None,
) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote, trace_flags=flags, trace_state=state)


def _context(parent: SpanContext | None) -> Context:
    found = Context()
    return found if parent is None else trace.set_span_in_context(NonRecordingSpan(parent), found)


class _Ids(IdGenerator):
    """Gives the ids that spans have already."""

    def __init__(self, place: Place) -> None:
        self._trace, self.span = int(place.trace, 16), place.root

    def generate_trace_id(self) -> int:
        return self._trace

    def generate_span_id(self) -> int:
        return int(self.span, 16)


class _Sent(SpanExporter):
    """Counts what a backend took."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner, self.count = inner, 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._inner.export(spans)
        self.count += len(spans) if result is SpanExportResult.SUCCESS else 0
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()
