"""What an application's OpenTelemetry exporter posts → payloads to be read later, unpacked and bounded.

Reference: https://opentelemetry.io/docs/specs/otlp/#otlphttp.
"""

from __future__ import annotations

import zlib

from aiohttp import web

from llmgate.broker.bodies import body
from llmgate.broker.refused import Refused
from llmgate.broker.visit import Received, Visit

TRACES = "/v1/traces"
DROPPED = frozenset({"/v1/metrics", "/v1/logs"})
MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
PROTOBUF, JSON = "application/x-protobuf", "application/json"

_GZIP = 16 + zlib.MAX_WBITS  # zlib's way to say: with gzip's header


async def received(request: web.BaseRequest, visit: Visit) -> web.Response:
    """Keep spans, and drop what else comes.

    Raises:
        Refused: it is too large, or in no encoding that OTLP has.
    """
    if request.content_type not in (PROTOBUF, JSON):
        raise Refused(415, f"OTLP comes as {PROTOBUF} or {JSON}")
    sent = await body(request, MAX_PAYLOAD_BYTES, encodings=("", "identity", "gzip"))
    if request.path == TRACES:
        whole = _unpacked(sent) if request.headers.get("Content-Encoding", "").strip().lower() == "gzip" else sent
        visit.receive(Received(content_type=request.content_type, body=whole))
    return web.Response(body=b"{}" if request.content_type == JSON else b"", content_type=request.content_type)


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        whole = unpacking.decompress(packed, MAX_PAYLOAD_BYTES)
    except zlib.error:
        raise Refused(400, "the spans are not gzip") from None
    if not unpacking.eof:
        raise Refused(413, f"the spans are cut off, or more than {MAX_PAYLOAD_BYTES} bytes")
    return whole
