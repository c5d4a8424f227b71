"""A response as it arrives → its lines, bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import aiohttp
import httpx

from llmgate.errors import CallLost, CallRefused
from llmgate.providers import response, retry

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
    answer = await open_response()
    if isinstance(answer, retry.Setback):
        kind = CallLost if answer.transient else CallRefused
        raise kind(answer.message, id=answer.id, status=answer.status)
    try:
        count = 0
        async with aclosing(_split(_timed(answer, timeout_s))) as found:
            async for line in found:
                if (count := count + 1) > most:
                    raise CallRefused(f"the provider's results have more than {most:,} lines", id="answer-too-large")
                yield line
    finally:
        await answer.aclose()


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
            raise CallRefused("the provider's results are longer than llmgate reads", id="answer-too-large")
    if line := bytes(rest).strip():
        yield line


async def _timed(answer: httpx.Response, timeout_s: float) -> AsyncIterator[bytes]:
    """Read pieces, each in time. What breaks is named in our own words: theirs may hold headers."""
    arriving = response.chunks(answer)
    ends_at = asyncio.get_running_loop().time() + MAX_S
    while True:
        left_s = ends_at - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(timeout_s, left_s)):
                piece = await anext(arriving, None)
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError) as error:
            failed = response.broken(error)
        else:
            if piece is None:
                return
            yield piece
            continue
        raise CallLost(failed.message, id=failed.id)
