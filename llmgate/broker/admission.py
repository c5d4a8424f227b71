"""A request's headers → the visit that it belongs to, or none."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping

from aiohttp import web

from llmgate.broker.refused import Refused
from llmgate.broker.visit import Visit

KEY_HEADERS = ("x-api-key", "x-goog-api-key", "api-key")


class Visits:
    """The visits that are open, by the digests of their tokens: to look one up takes as long for any token."""

    def __init__(self) -> None:
        self._open: dict[bytes, Visit] = {}

    def add(self, visit: Visit) -> None:
        self._open[_digest(visit.token)] = visit

    def remove(self, visit: Visit) -> None:
        self._open.pop(_digest(visit.token), None)

    def of(self, request: web.BaseRequest) -> Visit:
        """Return the visit whose token a request shows.

        Raises:
            Refused: it shows none of an open one.
        """
        for shown in _shown(request.headers, request.query):
            visit = self._open.get(_digest(shown))
            if visit is not None and hmac.compare_digest(visit.token.encode(), shown.encode("utf-8", "replace")):
                return visit
        raise Refused(401, "the token is none of an open trial: send the key that the environment holds")


def _shown(headers: Mapping[str, str], query: Mapping[str, str]) -> Iterator[str]:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        yield credentials.strip()
    yield from (headers[name] for name in KEY_HEADERS if name in headers)
    if "key" in query:
        yield query["key"]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
