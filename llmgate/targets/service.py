"""The target `http`: a question → a POST to an arm's address → a Reply.

No redirects, proxies, cookies or netrc; compression is refused; time and bytes are bounded. Each question has a
connection of its own: one that a service closed while it was idle would look like a crash.
"""

from __future__ import annotations

import asyncio
import io
import re
import ssl
from collections.abc import Mapping

import aiohttp
from pydantic import JsonValue

from llmgate import __version__, documents
from llmgate.config.applications import HttpEntry
from llmgate.errors import UsageError
from llmgate.targets import answering, filling
from llmgate.targets.reply import Reply

CONNECT_S = 10.0
MAX_ANSWER_BYTES = 8 * 1024 * 1024
MAX_EXPLANATION_BYTES = 4_096
MAX_QUOTED_CHARS = 200
TOKEN = "x-llmgate-token"  # noqa: S105 - the name of a header, not a token
TRACEPARENT = "traceparent"

_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": f"llmgate/{__version__}",
}
_PORTS = range(1, 65_536)
_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*)*)"
)


def address(text: str) -> str:
    """Check the address of an arm's service: `http(s)://host:port`, with the beginning of a path where it has one.

    Raises:
        UsageError: it is anything else, as one with a user, a query or a fragment.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or {".", ".."} & set(found["path"].split("/")) or int(found["port"] or 1) not in _PORTS:
        raise UsageError(
            f"{documents.quoted(text)} is no address of a service",
            id="service-address",
            remedy="give http://HOST:PORT or https://HOST, with a path where it has one, and without a user or a query",
        )
    return text.rstrip("/")


class Service:
    """One arm's service. Make it inside a running event loop and close it there."""

    def __init__(self, entry: HttpEntry, at: str, *, tls: ssl.SSLContext, connect_s: float = CONNECT_S) -> None:
        self._entry = entry
        self._at = address(at)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True, ssl=tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_s),
            trust_env=False,
            auto_decompress=False,
        )

    async def aclose(self) -> None:
        await self._session.close()

    async def ask(self, question: Mapping[str, JsonValue]) -> Reply:
        """Ask once: what a service did is its answer, whatever it did.

        Raises:
            RenderError: where the body cannot be made of the question.
        """
        body = filling.filled(self._entry.body, question)
        try:
            async with asyncio.timeout(self._entry.timeout_s):
                return await self._exchange(body, self._headers(question))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return self._broken(error)

    def _headers(self, question: Mapping[str, JsonValue]) -> dict[str, str]:
        own = {name.lower(): value for name, value in self._entry.headers.items()}
        given = {TRACEPARENT: question.get("traceparent"), TOKEN: question.get("token")}
        return {**_HEADERS, **own, **{name: value for name, value in given.items() if isinstance(value, str)}}

    async def _exchange(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        async with self._session.post(
            self._at + self._entry.path, data=io.BytesIO(body), headers=headers, allow_redirects=False
        ) as response:
            if 300 <= response.status < 400:
                return Reply(fault=f"the service redirects ({response.status}), which is not followed")
            if not 200 <= response.status < 300:
                said = await _beginning(response, MAX_EXPLANATION_BYTES)
                return Reply(fault=f"the service answered {response.status}{_quoted(said)}")
            if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
                return Reply(fault="the service compressed its answer unasked")
            data = await _beginning(response, MAX_ANSWER_BYTES + 1)
        if len(data) > MAX_ANSWER_BYTES:
            return Reply(fault=f"the service's answer is longer than {MAX_ANSWER_BYTES:,} bytes")
        return answering.read(self._entry, data)

    def _broken(self, error: Exception) -> Reply:
        """Tell a service that could not be reached, which is missing data, from one that failed."""
        match error:
            case aiohttp.ClientConnectorCertificateError():
                return Reply(error=f"the certificate of the service {self._at} is not trusted")
            case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
                return Reply(error=f"the service {self._at} cannot be reached")
            case TimeoutError():
                return Reply(fault=f"the service gave no answer within {self._entry.timeout_s:g} s", timed_out=True)
            case aiohttp.ClientResponseError() | ValueError():
                return Reply(fault="the service's answer is not HTTP that can be read")
            case _:
                return Reply(fault="the service broke the connection before it had answered")


async def _beginning(response: aiohttp.ClientResponse, most: int) -> bytes:
    data = bytearray()
    async for piece in response.content.iter_chunked(16 * 1024):
        data += piece
        if len(data) >= most:
            break
    return bytes(data[:most])


def _quoted(said: bytes) -> str:
    text = " ".join(said.decode("utf-8", "replace").split())
    return f": {documents.printable(text, MAX_QUOTED_CHARS)}" if text else ""
