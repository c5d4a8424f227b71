"""A provider's response → its bytes, bounded and as they were sent; and words for what went wrong."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import unicodedata
from collections.abc import AsyncIterator

import aiohttp
import httpx

from llmgate.providers import api, retry
from llmgate.providers.raw import Sink

MAX_RESPONSE_BYTES = 8 * 1024 * 1024
MAX_STREAM_BYTES = 32 * 1024 * 1024  # each token of a stream takes some hundred bytes
MAX_ERROR_BYTES = 64 * 1024

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+/;= \"-]{1,200}")


def content_type(response: httpx.Response) -> str:
    """Return what the body is said to be, where that is said plainly."""
    told = response.headers.get("content-type", "")
    return told if _CONTENT_TYPE.fullmatch(told) else "application/json"


async def hand_over(response: httpx.Response, into: Sink) -> retry.Setback | None:
    """Hand over a body as it comes."""
    if is_encoded(response):
        return _COMPRESSED
    into.begin(content_type(response))
    size = 0
    async for chunk in chunks(response):
        size += len(chunk)
        if size > MAX_STREAM_BYTES:
            return _too_long(MAX_STREAM_BYTES, passed_on=True)
        into.add(chunk)
    into.finish()
    return None


_COMPRESSED = retry.Setback(message="the provider compressed its answer unasked", transient=False, status=200)


def _too_long(limit: int, *, passed_on: bool = False) -> retry.Setback:
    message = f"the provider's answer is longer than {limit} bytes"
    return retry.Setback(message=message, transient=False, passed_on=passed_on, status=200)


def is_encoded(response: httpx.Response) -> bool:
    return response.headers.get("content-encoding", "").strip().lower() not in ("", "identity")


async def read(response: httpx.Response) -> bytes | retry.Setback:
    """Read a body that is neither encoded nor larger than allowed."""
    if is_encoded(response):
        return _COMPRESSED
    data = bytearray()
    async for chunk in chunks(response):
        data += chunk
        if len(data) > MAX_RESPONSE_BYTES:
            return _too_long(MAX_RESPONSE_BYTES)
    return bytes(data)


async def beginning(response: httpx.Response, timeout_s: float) -> bytes:
    """Read what explains an error; if the explanation does not come, the error is the same."""
    data = bytearray()
    if is_encoded(response):
        return b""
    with contextlib.suppress(TimeoutError, httpx.HTTPError, aiohttp.ClientError):
        async with asyncio.timeout(timeout_s):
            async for chunk in chunks(response):
                data += chunk
                if len(data) > MAX_ERROR_BYTES:
                    break
    return bytes(data[:MAX_ERROR_BYTES])


def chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """Read the body as it arrives, at most 16 KiB at a time, and not decoded."""
    stream = response.stream
    if not isinstance(stream, httpx.AsyncByteStream):
        raise TypeError("the response of an asynchronous transport is an asynchronous stream")
    return aiter(stream)


def error_message(said: bytes) -> str:
    """Find the sentence in `{"error": {"message": …}}`, as both APIs write it, or take the whole."""
    try:
        value = api.decode(said)
    except api.UnreadableError:
        return said.decode("utf-8", "replace")
    inner = value.get("error", value) if isinstance(value, dict) else value
    message = inner.get("message", "") if isinstance(inner, dict) else inner
    return message if isinstance(message, str) else ""


def visible(text: str) -> str:
    """Drop what does not show, so that it cannot hide a secret from the redactor."""
    return "".join(
        character
        for character in text
        if character in "\n\r\t" or unicodedata.category(character) not in _HIDDEN_CATEGORIES
    )


def broken(error: Exception) -> retry.Setback:
    """Name what happened in our own words; theirs may hold headers."""
    match error.__cause__ if isinstance(error, httpx.HTTPError) else error:
        case aiohttp.ClientConnectorCertificateError():
            return retry.Setback(message="the provider's certificate is not trusted for its host", transient=False)
        case TimeoutError():
            return retry.Setback(message="the provider gave no complete answer in time", transient=True)
        case aiohttp.ClientConnectorError() as failed:
            return _unreached(failed)
        case aiohttp.ClientResponseError() | ValueError():
            return retry.Setback(message="the provider's answer is not HTTP that can be read", transient=True)
        case _:
            return retry.Setback(message="the connection to the provider broke", transient=True)


def _unreached(error: aiohttp.ClientConnectorError) -> retry.Setback:
    """Name the host: it stands in the policy, and is the first thing to look at."""
    where = visible(f"{error.host}:{error.port}")
    match error.os_error:
        case ssl.SSLError(reason="WRONG_VERSION_NUMBER" | "RECORD_LAYER_FAILURE"):
            advice = "where that is meant, on this machine only, begin the provider's `host` with http://"
            return retry.Setback(message=f"{where} speaks plain http, not https ({advice})", transient=False)
        case socket.gaierror():
            return retry.Setback(message=f"the provider's host {error.host} is not found", transient=True)
        case _:
            return retry.Setback(message=f"the provider cannot be reached at {where}", transient=True)
