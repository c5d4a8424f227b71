"""A request's bytes and an endpoint → the JSON that the provider answers, over HTTP that trusts nothing around it.

httpx's transport is used without the client above it, whose redirects, cookies, proxies and netrc would all have to be
turned off, and which costs a third of the CPU. Compression is refused; time, bytes, numbers and depth are bounded. The
environment gives neither CAs nor a key log. A key goes to its own origin or nowhere. Foreign exceptions end here and
are never chained: those of aiohttp carry the request's headers.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace

import aiohttp
import certifi
import httpx
from httpx_aiohttp import AiohttpTransport
from pydantic import JsonValue

from llmgate import __version__
from llmgate.providers import api, origin, response, retry, streaming
from llmgate.providers.pace import Limits, Pace
from llmgate.providers.persisting import Persistence
from llmgate.providers.raw import Sink
from llmgate.providers.signing import Signer
from llmgate.redaction import Redactor

MAX_MESSAGE_CHARS = 200
PIECE_BYTES = 512 * 1024

_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": f"llmgate/{__version__}",
}
EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where requests go, checked, and the headers that go along; as they hold a key in clear, they do not print."""

    url: httpx.URL
    headers: httpx.Headers
    signer: Signer | None = None

    def __repr__(self) -> str:
        return f"Destination({self.url})"

    def signed(self, signer: Signer) -> Destination:
        """Return the same address, of which each request is signed."""
        return replace(self, signer=signer)

    @property
    def host(self) -> str:
        """Whose limits hold here."""
        return self.url.netloc.decode("ascii")

    def beside(self, headers: Mapping[str, str]) -> Destination:
        """Return the same address with further headers; none of them may be a key's."""
        return replace(self, headers=httpx.Headers({**self.headers, **headers}))

    def asking(self, query: Mapping[str, str]) -> Destination:
        """Return the same address with a query; whatever its values hold, it names no other address."""
        return replace(self, url=self.url.copy_with(params=query))


def destination(
    address: str, path: str, key: origin.Key | None, headers: Callable[[str | None], dict[str, str]]
) -> Destination:
    """Bind an address to its headers.

    Raises:
        CallRefused: the address is not plain, or the key belongs to another origin.
    """
    url = origin.address(address, path)
    shown = None if key is None else key.reveal(to=url)
    return Destination(httpx.URL(url), httpx.Headers({**_HEADERS, **headers(shown)}))


def trusted_authorities() -> ssl.SSLContext:
    """Trust certifi's authorities only; `ssl.create_default_context` would obey SSLKEYLOGFILE."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context


class Transport:
    """Posts JSON and reads JSON, with retries. Make it inside a running event loop and close it there."""

    def __init__(self, limits: Limits, pace: Pace, redactor: Redactor, tls: ssl.SSLContext) -> None:
        self._limits = limits
        self._pace = pace
        self._redactor = redactor
        self._persistence = Persistence(limits, pace)
        self._http = AiohttpTransport(verify=tls, trust_env=False, client=lambda: _session(limits, tls))
        self._timeout = httpx.Timeout(limits.timeout_s, connect=limits.connect_s, pool=None).as_dict()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def post(self, where: Destination, body: bytes) -> retry.Reply:
        """Send until an attempt succeeds, fails for good, or time and attempts are used up.

        No more than `Limits.concurrency` calls are under way, and of one provider no more than it takes; the others'
        clocks have not started. A call that waits after a failure keeps its place, so that a provider that is broken
        sees fewer of them. One that is told to come later is no failure: no attempt is counted.

        Raises:
            CallRefused: trying again cannot help.
            CallLost: it might, but not now.
        """
        return await self._persistence.answered(where.host, lambda left_s: self._attempt(where, body, left_s))

    async def fetch(self, where: Destination) -> retry.Reply:
        """Ask for what stands at an address; the same rules and errors as for `post`."""
        return await self._persistence.answered(where.host, lambda left_s: self._attempt(where, None, left_s))

    async def post_once(self, where: Destination, body: bytes) -> retry.Reply | retry.Setback:
        """Send a single time, whatever comes of it: for what is paid for by being sent."""
        return await self._attempt(where, body, self._limits.timeout_s)

    async def relay(self, where: Destination, body: bytes, into: Sink, *, streams: bool) -> retry.Reply:
        """Send as `post` does, and hand over the answer as it is: a stream as it comes, anything else when it is whole.

        Once a part of an answer has been handed over no attempt follows. The reply has no body.

        Raises:
            CallRefused: trying again cannot help; what the provider said is in `into`.
            CallLost: it might, but not now, or not any more.
        """
        way = _Way(into=into, streams=streams)
        return await self._persistence.answered(where.host, lambda left_s: self._attempt(where, body, left_s, way))

    def lines(self, where: Destination, *, most: int) -> AsyncIterator[bytes]:
        """Read the lines at an address as they arrive, at most so many; one attempt.

        Raises:
            CallRefused: trying again cannot help.
            CallLost: it might; what was read by then is whole.
        """
        return streaming.lines(lambda: self._opened(where), self._limits.timeout_s, most)

    async def _opened(self, where: Destination) -> httpx.Response | retry.Setback:
        """Begin to read; whoever is given the answer closes it."""
        try:
            async with asyncio.timeout(self._limits.timeout_s):
                answer = await self._http.handle_async_request(_request(where, None, self._timeout))
                if answer.status_code == httpx.codes.OK and not response.is_encoded(answer):
                    return answer
                try:
                    return await self._unwelcome(answer)
                finally:
                    await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError) as error:
            return response.broken(error)

    async def _attempt(
        self, where: Destination, body: bytes | None, remaining_s: float, way: _Way | None = None
    ) -> retry.Reply | retry.Setback:
        """Send once. What fails comes back as a value, so that no exception with a key in it is ever chained."""
        try:
            async with asyncio.timeout(min(self._limits.timeout_s, remaining_s)):
                return await self._exchange(where, body, way)
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError) as error:
            broken = response.broken(error)
            return replace(broken, passed_on=True) if way is not None and way.into.has_begun else broken

    async def _exchange(self, where: Destination, body: bytes | None, way: _Way | None) -> retry.Reply | retry.Setback:
        started = self._pace.clock()
        answer = await self._http.handle_async_request(_request(_at(where, body, self._pace.now), body, self._timeout))
        try:
            if answer.status_code != httpx.codes.OK:
                return await self._unwelcome(answer, way)
            value = await _value(answer, way)
        finally:
            await answer.aclose()
        if isinstance(value, retry.Setback):
            return value
        return retry.Reply(body=value.json, latency_s=self._pace.clock() - started, headers=answer.headers)

    async def _unwelcome(self, answer: httpx.Response, way: _Way | None = None) -> retry.Setback:
        status = answer.status_code
        if 300 <= status < 400:
            return retry.Setback(message=f"the provider redirects ({status})", transient=False, status=status)
        said = await response.beginning(answer, self._limits.explanation_s)
        if way is not None:
            way.into.decline(status, response.content_type(answer), self._redacted(said))
        return retry.Setback(
            message=f"the provider answered {status}{self._quoted(said)}",
            transient=retry.is_transient(status) and not (status == 429 and b"insufficient_quota" in said),
            status=status,
            retry_after_s=retry.retry_after_s(answer.headers),
        )

    def _redacted(self, said: bytes) -> bytes:
        return self._redactor.text(said.decode("utf-8", "replace")).encode("utf-8", "replace")

    def _quoted(self, said: bytes) -> str:
        """What the provider said of its error, redacted before it is cut and after nothing hidden is left in it."""
        text = " ".join(response.visible(response.error_message(said)).split())
        return f": {self._redactor.text(text)[:MAX_MESSAGE_CHARS]}" if text else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """Where an answer goes that is not read here, and whether it goes as it comes."""

    into: Sink
    streams: bool


@dataclass(frozen=True, slots=True)
class _Value:
    json: JsonValue


async def _value(answer: httpx.Response, way: _Way | None) -> _Value | retry.Setback:
    """Read the JSON of an answer, or hand the answer over: a stream as it comes, JSON when it is known to be some."""
    if way is not None and way.streams:
        setback = await response.hand_over(answer, way.into)
        return setback or _Value(None)
    data = await response.read(answer)
    if isinstance(data, retry.Setback):
        return data
    try:
        value = api.decode(data)
    except api.UnreadableError as error:
        return retry.Setback(message=f"the provider's answer is unreadable: {error}", transient=True, status=200)
    if way is None:
        return _Value(value)
    way.into.begin(response.content_type(answer))
    way.into.add(data)
    way.into.finish()
    return _Value(None)


def _session(limits: Limits, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=limits.concurrency, ssl=tls)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


def _at(where: Destination, body: bytes | None, now: Callable[[], float]) -> Destination:
    """Sign a request as it is sent, as a signature is good for minutes only."""
    if where.signer is None or body is None:
        return where
    signature = where.signer.headers(str(where.url), body, now=now())
    return replace(where, headers=httpx.Headers({**where.headers, **signature}))


def _request(where: Destination, body: bytes | None, timeout: Mapping[str, float | None]) -> httpx.Request:
    """Write the request; a large body goes in pieces, because aiohttp warns of one that might hold the loop up."""
    extensions = {"timeout": timeout}
    if body is None:
        return httpx.Request("GET", where.url, headers=where.headers, extensions=extensions)
    if len(body) <= PIECE_BYTES:
        return httpx.Request("POST", where.url, headers=where.headers, content=body, extensions=extensions)
    headers = {**where.headers, "content-length": str(len(body))}
    return httpx.Request("POST", where.url, headers=headers, content=_pieces(body), extensions=extensions)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), PIECE_BYTES):
        yield body[start : start + PIECE_BYTES]
