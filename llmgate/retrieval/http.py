"""The engine `http`: a search service is asked over HTTP, at a host that the base's policy names.

httpx's transport is used without the client above it: no redirects, proxies, cookies or netrc. Time and bytes are
bounded, and a key goes to its own host only.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping

import certifi
import httpx
from pydantic import JsonValue

from llmgate import __version__
from llmgate.engine_options import HttpOptions
from llmgate.errors import NotEvaluated
from llmgate.retrieval import answers
from llmgate.retrieval.answers import MAX_ANSWER_BYTES, Shape, Unusable
from llmgate.retrieval.engine import Hit

TIMEOUT_S = 30.0
ALLOWANCE_S = 600.0
"""All searches of one index together: many that are slow would hold the gate up for hours."""
OK = 200


class Http:
    """Posts the words to an address and reads the documents. Use `close` when it is no longer needed.

    `base` is the origin and the path that the policy gives; the options' own path comes behind it.
    """

    def __init__(
        self, base: str, options: Mapping[str, JsonValue], key: str | None, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._options = HttpOptions.model_validate(dict(options))
        self.url = base + self._options.path
        self._timeout_s = timeout_s
        self._left_s = ALLOWANCE_S
        self._headers = {
            "accept": "application/json",
            "accept-encoding": "identity",
            "content-type": "application/json",
            "user-agent": f"llmgate/{__version__}",
            **({"authorization": f"Bearer {key}"} if key else {}),
        }
        self._transport = httpx.HTTPTransport(verify=_authorities(), trust_env=False)

    def close(self) -> None:
        self._transport.close()

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        options = self._options
        body = {**options.body, options.query: query, options.limit: k}
        shape = Shape(
            results=options.results, id=options.id, document=options.document, text=options.text, score=options.score
        )
        start = time.monotonic()
        if self._left_s <= 0:
            raise self._unanswered(f"all searches together took more than {ALLOWANCE_S:g} s")
        try:
            return answers.hits(self._post(json.dumps(body).encode()), k, shape)
        except Unusable as error:
            raise self._unanswered(f"its answer cannot be used: {error}") from error
        finally:
            self._left_s -= time.monotonic() - start

    def _post(self, body: bytes) -> bytes:
        """Send one request. The time limit is that of each wait, and of the whole body."""
        end = time.monotonic() + self._timeout_s
        timeout = httpx.Timeout(self._timeout_s).as_dict()
        request = httpx.Request(
            "POST", httpx.URL(self.url), headers=self._headers, content=body, extensions={"timeout": timeout}
        )
        received = bytearray()
        try:
            response = self._transport.handle_request(request)
            try:
                for piece in response.iter_raw():
                    received += piece
                    if len(received) > MAX_ANSWER_BYTES or time.monotonic() > end:
                        raise self._unanswered("its answer is too long, or takes too long")
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise self._unanswered(f"it cannot be reached: {type(error).__name__}") from None
        if response.status_code != OK:
            raise self._unanswered(f"it answered with the status {response.status_code}")
        return bytes(received)

    def _unanswered(self, reason: str) -> NotEvaluated:
        return NotEvaluated(
            f"the search service {self.url} gave no documents: {reason}",
            id="search-failed",
            remedy="see that it is up and that policy.retrieval_hosts has its host and key; then run the check again",
        )


def _authorities() -> ssl.SSLContext:
    """Trust certifi's authorities only; `ssl.create_default_context` would obey SSLKEYLOGFILE."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context
