"""A loopback server that takes OTLP over HTTP as a backend does: it decodes the protobuf, and keeps what came."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.traces import Told


@dataclass(frozen=True, kw_only=True)
class Log:
    """A log record with plain values."""

    name: str
    trace: str
    span: str
    at_ns: int
    flags: int
    attributes: dict[str, Any]


@dataclass(kw_only=True)
class Backend:
    """What it was sent. `status` is what it answers, `hang_s` how long it takes before that."""

    url: str = ""
    status: int = 200
    hang_s: float = 0.0
    location: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    payloads: list[tuple[str, bytes]] = field(default_factory=list)
    spans: list[Told] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)


@contextlib.contextmanager
def serve(**settings: Any) -> Iterator[Backend]:
    backend = Backend(**settings)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            backend.paths.append(self.path)
            backend.payloads.append((self.headers.get("Content-Type", ""), body))
            backend.headers.append({name.lower(): value for name, value in self.headers.items()})
            time.sleep(backend.hang_s)
            if backend.status == 200:
                plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                (_keep_logs if self.path.endswith("/logs") else _keep)(backend, plain)
            with contextlib.suppress(OSError):
                self.send_response(backend.status)
                if backend.location:
                    self.send_header("Location", backend.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    backend.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield backend
    finally:
        server.shutdown()
        server.server_close()


def _keep(backend: Backend, body: bytes) -> None:
    request = ExportTraceServiceRequest.FromString(body)
    for resource in request.resource_spans:
        backend.resources.append(_plain(resource.resource.attributes))
        backend.spans += [_told(span) for scope in resource.scope_spans for span in scope.spans]


def _keep_logs(backend: Backend, body: bytes) -> None:
    request = ExportLogsServiceRequest.FromString(body)
    for resource in request.resource_logs:
        backend.resources.append(_plain(resource.resource.attributes))
        backend.logs += [_log(record) for scope in resource.scope_logs for record in scope.log_records]


def _log(record: Any) -> Log:
    return Log(
        name=record.event_name,
        trace=record.trace_id.hex(),
        span=record.span_id.hex(),
        at_ns=record.time_unix_nano,
        flags=record.flags,
        attributes=_plain(record.attributes),
    )


def _told(span: Any) -> Told:
    message = {"message": span.status.message} if span.status.message else {}
    return Told(
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex() or None,
        kind=span.kind,
        started_ns=span.start_time_unix_nano,
        ended_ns=span.end_time_unix_nano,
        attributes=_plain(span.attributes),
        events=[(event.name, _plain(event.attributes)) for event in span.events],
        links=[(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
        status={"code": span.status.code, **message} if span.status.code else {},
    )


def _plain(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any) -> Any:
    match value.WhichOneof("value"):
        case "array_value":
            return [_value(item) for item in value.array_value.values]
        case str(name):
            return getattr(value, name)
        case _:
            return None
