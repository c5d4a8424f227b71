"""A provider's endpoint → the ways of asking it for batches: send once, upload, fetch, and read lines as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import JsonValue

from llmgate.errors import CallError, CallLost, CallRefused
from llmgate.providers import origin, retry
from llmgate.providers.steering import HELD_BACK_STATUSES

if TYPE_CHECKING:
    from llmgate.providers.binding import Endpoint
    from llmgate.providers.transport import Destination, Transport


class NotNowError(CallError):
    """The provider said that it did nothing, and that it may do it later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form with one file, as `multipart/form-data` (RFC 7578)."""

    fields: Mapping[str, str]
    name: str
    content: bytes

    def written(self, boundary: str) -> bytes:
        """Write the form. The boundary is a hash, which nothing that was hashed can hold."""
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in self.fields.items()
        ]
        disposition = f'Content-Disposition: form-data; name="file"; filename="{self.name}"'
        head = f"{''.join(parts)}--{boundary}\r\n{disposition}\r\nContent-Type: application/jsonl\r\n\r\n"
        return head.encode() + self.content + f"\r\n--{boundary}--\r\n".encode()


class Wire:
    """One provider's own origin, and nothing else: a key travels with all of these."""

    def __init__(self, endpoint: Endpoint, transport: Transport) -> None:
        self._endpoint = endpoint
        self._transport = transport

    async def send_once(self, path: str, body: bytes) -> JsonValue:
        """Send what must not be sent twice.

        Raises:
            CallRefused: it was not done, and trying again cannot help.
            NotNowError: it was not done.
            CallLost: it may have been done.
        """
        outcome = await self._transport.post_once(self._at(path), body)
        if isinstance(outcome, retry.Reply):
            return outcome.body
        if outcome.status in HELD_BACK_STATUSES:
            raise NotNowError(outcome.message, status=outcome.status, id=outcome.id)
        if not outcome.transient and outcome.status is not None and 300 <= outcome.status < 500:
            raise CallRefused(outcome.message, id=outcome.id, status=outcome.status)
        raise CallLost(outcome.message, status=outcome.status, id=outcome.id)

    async def upload(self, path: str, form: Form, boundary: str) -> JsonValue:
        """Send a file, which may be sent again.

        Raises:
            CallError: it could not be.
        """
        where = self._at(path).beside({"content-type": f"multipart/form-data; boundary={boundary}"})
        return (await self._transport.post(where, form.written(boundary))).body

    async def fetch(self, path: str, query: Mapping[str, str]) -> JsonValue:
        """Ask for what stands at a path.

        Raises:
            CallError: there is no usable answer.
        """
        where = self._at(path)
        return (await self._transport.fetch(where.asking(query) if query else where)).body

    def lines(self, place: str, *, most: int) -> AsyncIterator[bytes]:
        """Read the lines at a path, or at a whole address of this very origin, as they come.

        Raises:
            CallError: they cannot be had, or there are more of them than `most`.
        """
        scheme, separator, rest = place.partition("://")
        if not separator:
            return self._transport.lines(self._at(place), most=most)
        host, slash, path = rest.partition("/")
        if origin.of(f"{scheme}://{host}") != self._endpoint.origin:
            raise CallRefused(
                "the provider's results stand at another host, where its key does not go", id="address-refused"
            )
        return self._transport.lines(self._at(slash + path, whole=True), most=most)

    def _at(self, path: str, *, whole: bool = False) -> Destination:
        from llmgate.providers import transport  # noqa: PLC0415 - aiohttp and httpx, where calls are made

        endpoint = self._endpoint
        below = path if whole else origin.path_below(endpoint.base, path)
        return transport.destination(endpoint.origin, below, endpoint.key, endpoint.api.headers)
