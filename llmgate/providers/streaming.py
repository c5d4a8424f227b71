"""A response as it arrives → its bytes piece by piece, or its lines, bounded; and names for what breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import aiohttp
import httpx

from llmgate.errors import CallLost, CallRefused
from llmgate.providers import retry

MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_BYTES = 1024 * 1024 * 1024
MAX_S = 1_800.0

Open = Callable[[], Awaitable[httpx.Response | retry.Setback]]


async def lines(open_response: Open, timeout_s: float, most: int) -> AsyncGenerator[bytes, None]:
    """Read lines that are not empty, at most `most`. No piece may take longer than `timeout_s`, nor all `MAX_S`.

    Raises:
        CallRefused: trying again cannot help.
        CallLost: it might; what was read by then is whole.
    """
    response = await open_response()
    if isinstance(response, retry.Setback):
        kind = CallLost if response.transient else CallRefused
        raise kind(response.message, remedy=retry.remedy(response.status), status=response.status)
    try:
        count = 0
        async with aclosing(_split(_timed(response, timeout_s))) as found:
            async for line in found:
                if (count := count + 1) > most:
                    raise CallRefused(f"the provider's results have more than {most:,} lines")
                yield line
    finally:
        await response.aclose()


async def _split(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    rest, total = bytearray(), 0
    async for piece in pieces:
        total += len(piece)
        *whole, last = piece.split(b"\n")
        for part in whole:
            rest += part
            if line := bytes(rest).strip():
                yield line
            rest.clear()
        rest += last
        if len(rest) > MAX_LINE_BYTES or total > MAX_BYTES:
            raise CallRefused("the provider's results are longer than llmgate reads")
    if line := bytes(rest).strip():
        yield line


async def _timed(response: httpx.Response, timeout_s: float) -> AsyncIterator[bytes]:
    """Read pieces, each in time. What breaks is named in our own words: theirs may hold headers."""
    arriving = chunks(response)
    ends_at = asyncio.get_running_loop().time() + MAX_S
    while True:
        left_s = ends_at - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(timeout_s, left_s)):
                piece = await anext(arriving, None)
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError) as error:
            failed = broken(error)
        else:
            if piece is None:
                return
            yield piece
            continue
        raise CallLost(failed.message)


def chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """Read the body as it arrives, at most 16 KiB at a time, and not decoded."""
    stream = response.stream
    if not isinstance(stream, httpx.AsyncByteStream):
        raise TypeError("the response of an asynchronous transport is an asynchronous stream")
    return aiter(stream)


def is_encoded(response: httpx.Response) -> bool:
    return response.headers.get("content-encoding", "").strip().lower() not in ("", "identity")


def broken(error: Exception) -> retry.Setback:
    """Name what happened in our own words; theirs may hold headers."""
    match error.__cause__ if isinstance(error, httpx.HTTPError) else error:
        case aiohttp.ClientConnectorCertificateError():
            return retry.Setback(message="the provider's certificate is not trusted for its host", transient=False)
        case TimeoutError():
            return retry.Setback(message="the provider gave no complete answer in time", transient=True)
        case aiohttp.ClientConnectorError():
            return retry.Setback(message="the provider cannot be reached", transient=True)
        case aiohttp.ClientResponseError() | ValueError():
            return retry.Setback(message="the provider's answer is not HTTP that can be read", transient=True)
        case _:
            return retry.Setback(message="the connection to the provider broke", transient=True)
