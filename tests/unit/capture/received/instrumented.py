"""An instrumented program for a test: OpenTelemetry's own SDK and exporter, and what reaches a loopback server."""

import contextlib

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tests import otlpserver

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Program:
    def __init__(self, tracer, context, received):
        self._tracer, self._context = tracer, context
        self._at = 1_790_000_000_000_000_000
        self.received = received

    def span(self, name, attributes=None, *, within=None, start=None):
        """Begin and end a span, a second after the one before it."""
        self._at += 1_000_000_000
        context = self._context if within is None else set_span_in_context(within)
        span = self._tracer.start_span(name, context=context, attributes=attributes, start_time=start or self._at)
        span.end(self._at + 1_000_000)
        return span


@contextlib.contextmanager
def program(*, traceparent=TRACEPARENT, compression=Compression.NoCompression):
    """Run a program; what it told is in `received` when it has ended."""
    with otlpserver.serve() as backend:
        provider = TracerProvider(resource=Resource.create({"service.name": "shop"}), shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=f"{backend.url}/v1/traces", compression=compression)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        carried = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
        yield Program(provider.get_tracer("shop"), carried, backend.payloads)
        provider.shutdown()
