"""Spans → OpenTelemetry's SDK, which samples, batches and sends them as OTLP over HTTP in protobuf."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence

import requests
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from llmgate.conventions.spelling import Structure, Value
from llmgate.telemetry.lines import SCOPE
from llmgate.telemetry.place import Place
from llmgate.telemetry.span import Side, Span
from llmgate.telemetry.wanted import Export

CLOSING_S = 5.0
"""What the end of a run waits for a backend at most."""
MAX_REASON_CHARS = 300
_KINDS = {Side.INTERNAL: SpanKind.INTERNAL, Side.CLIENT: SpanKind.CLIENT}


class Exporting:
    """A sink that sends. The first span of the run begins at once, as the sampler decides by it for all."""

    def __init__(self, wanted: Export, place: Place, resource: Mapping[str, str], version: str, now_ns: int) -> None:
        self._place, self._host = place, wanted.host
        self._log = _Log()
        self._ids = _Ids(place)
        self._sent = _Sent(OTLPSpanExporter(headers=dict(wanted.headers), session=_session()))
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
                told.set_attributes(_attributes(span.attributes))
            for event in span.events:
                told.add_event(event.name, _attributes(event.attributes), timestamp=event.at_ns)
            if span.failed:
                told.set_status(Status(StatusCode.ERROR, span.message or None))
            told.end(span.ended_ns)

    def close(self) -> tuple[str, ...]:
        """Send what is left, and give up after a while: the thread that sends ends with the process."""
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        ending.join(CLOSING_S)
        lost = self._told - self._sent.count
        reason = self._log.message or ("it took too long" if ending.is_alive() else "")
        if not ending.is_alive():
            self._log.close()
        if not lost:
            return ()
        because = f": {reason[:MAX_REASON_CHARS]}" if reason else ""
        return (f"{lost} of {self._told} spans were not exported to {self._host}{because}",)

    def _started(self, span: Span) -> trace.Span:
        self._ids.span = span.id
        flags = self._root.get_span_context().trace_flags
        parent = _other(span.trace, span.parent or self._place.root, is_remote=False, flags=flags)
        return self._tracer.start_span(
            span.name,
            context=_context(parent),
            kind=_KINDS[span.side],
            attributes=_attributes(span.attributes),
            links=[trace.Link(_other(link.trace, link.span), _attributes(link.attributes)) for link in span.links],
            start_time=span.started_ns,
        )


def _attributes(values: Mapping[str, Value]) -> dict[str, str | bool | int | float | tuple[str, ...]]:
    """Take what is settled, and no integer that OTLP has no place for."""
    plain = {name: value for name, value in values.items() if not isinstance(value, Structure)}
    return {
        name: str(value) if isinstance(value, int) and abs(value) >= 2**63 else value for name, value in plain.items()
    }


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


def _session() -> requests.Session:
    """Make a session that follows nobody elsewhere with the headers, and takes nothing from the environment."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    return session


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


class _Log(logging.Handler):
    """Keeps the last thing that the SDK complains of, and lets it print nothing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.message = ""
        self._logger = logging.getLogger("opentelemetry")
        self._logger.addHandler(self)
        self._logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        self.message = record.getMessage()

    def close(self) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = True
        super().close()
