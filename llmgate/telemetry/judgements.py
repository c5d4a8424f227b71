"""Evaluations → log records by OpenTelemetry's SDK, as OTLP over HTTP: there GenAI's conventions have them.

On spans they are events too, which every backend for traces reads; a backend that takes logs can ask for each one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opentelemetry import trace
from opentelemetry._logs import LogRecord
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, ReadableLogRecord
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from llmgate.conventions import attributes as names
from llmgate.telemetry import sending
from llmgate.telemetry.lines import SCOPE
from llmgate.telemetry.place import Place
from llmgate.telemetry.sending import Complaints
from llmgate.telemetry.span import Event, Span
from llmgate.telemetry.wanted import Export

_WHICH = (names.TRIAL, names.FIXTURE, names.ARM, names.INDEX, names.STAGE)


class Judgements:
    """A sink that sends the evaluations of trials, each parented to the trial's span."""

    def __init__(self, wanted: Export, place: Place, resource: Mapping[str, str], version: str) -> None:
        self._host = wanted.host
        self._flags = TraceFlags(place.parent.flags if place.parent else TraceFlags.SAMPLED)
        self._complaints = Complaints("_log_exporter")
        self._sent = _Sent(headers=dict(wanted.headers), session=sending.session())
        self._provider = LoggerProvider(resource=Resource.create(dict(resource)), shutdown_on_exit=False)
        self._provider.add_log_record_processor(BatchLogRecordProcessor(self._sent))
        self._logger = self._provider.get_logger(SCOPE, version)
        self._told = 0

    def write(self, spans: Sequence[Span]) -> None:
        for span in spans:
            for event in span.events:
                if event.name == names.EVALUATION_EVENT:
                    self._logger.emit(self._record(span, event))
                    self._told += 1

    def close(self) -> tuple[str, ...]:
        """Send what is left, and give up after a while."""
        because = self._complaints.ended(self._provider.shutdown)
        lost = self._told - self._sent.count
        return (f"{lost} of {self._told} evaluations were not exported to {self._host}{because}",) if lost else ()

    def _record(self, span: Span, event: Event) -> LogRecord:
        """Write an evaluation, with what tells which trial it is about: a log is found without its span."""
        which = {name: span.attributes[name] for name in _WHICH if name in span.attributes}
        around = SpanContext(int(span.trace, 16), int(span.id, 16), is_remote=False, trace_flags=self._flags)
        return LogRecord(
            timestamp=event.at_ns,
            observed_timestamp=event.at_ns,
            context=trace.set_span_in_context(NonRecordingSpan(around), Context()),
            event_name=event.name,
            attributes=sending.attributes({**event.attributes, **which}),
        )


class _Sent(OTLPLogExporter):
    """Counts what a backend took."""

    count = 0

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        result = super().export(batch)
        self.count += len(batch) if result is LogRecordExportResult.SUCCESS else 0
        return result
