"""A request under way → its body, within bounds."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from llmgate.broker.refused import Refused

MAX_REQUEST_BYTES = 32 * 1024 * 1024


async def body(
    request: web.BaseRequest, limit: int = MAX_REQUEST_BYTES, encodings: Sequence[str] = ("", "identity")
) -> bytes:
    """Read a body as it is sent.

    Raises:
        Refused: it is too large, or encoded otherwise.
    """
    if request.headers.get("Content-Encoding", "").strip().lower() not in encodings:
        raise Refused(415, "the body is compressed")
    data = bytearray()
    async for piece in request.content.iter_any():
        data += piece
        if len(data) > limit:
            raise Refused(413, f"the body is larger than {limit} bytes")
    return bytes(data)
