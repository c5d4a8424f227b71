"""A request to a store → the JSON that it answers, checked, over HTTP that trusts nothing around it.

httpx's transport is used without the client above it: no redirects, cookies, proxies or netrc. The key goes to the
origin that the options name. Time, bytes, numbers and depth of an answer are bounded.
"""

from __future__ import annotations

import base64
import json as writer
import re
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Literal, Self, TypeVar

import certifi
import httpx
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from llmgate import __version__
from llmgate.documents import json, printable
from llmgate.documents.document import Refused
from llmgate.errors import NotEvaluated, UsageError
from llmgate.redaction import Redactor
from llmgate.retrieval.adapters.deadline import within
from llmgate.retrieval.adapters.options import Address, StoreOptions

MAX_ANSWER_BYTES = 16 * 1024 * 1024
MAX_EXPLANATION_BYTES = 64 * 1024
MAX_EXPLANATION_CHARS = 200
CONNECT_S = 10.0

Shape = TypeVar("Shape")


class RestOptions(StoreOptions):
    url: Address


class Answer(BaseModel):
    """What is read of an answer: its shape is checked strictly, what else is in it is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


def checked_key(key: str | None, engine: str) -> str | None:
    """Pass a key on that can travel in a header.

    Raises:
        UsageError: it cannot. The message does not show it.
    """
    if key is not None and not re.fullmatch(r"[!-~](?:[ -~]*[!-~])?", key):
        raise UsageError(
            f"{engine}: the key cannot be sent: it is empty or holds characters that are not printable ASCII",
            id="key-missing",
            remedy="Check the value of the secret; a line end at its end is the usual cause.",
        )
    return key


def authorization(kind: Literal["apikey", "bearer", "basic"], key: str | None) -> dict[str, str]:
    """Write the header that shows a key: an encoded API key, a token, or a `user:password`."""
    match kind:
        case _ if key is None:
            return {}
        case "apikey":
            return {"authorization": f"ApiKey {key}"}
        case "bearer":
            return {"authorization": f"Bearer {key}"}
        case "basic":
            return {"authorization": f"Basic {base64.b64encode(key.encode()).decode()}"}


class Store:
    """One store's HTTP API. A context manager: connections are closed at its end."""

    def __init__(self, engine: str, options: RestOptions, headers: Mapping[str, str], key: str | None) -> None:
        self._engine = engine
        self._base = options.url
        self._timeout_s = options.timeout_s
        self._redactor = Redactor([key, key.partition(":")[2]] if key else [])  # of `user:password` the password, too
        self._headers = {
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": f"llmgate/{__version__}",
            **headers,
        }
        self._http = httpx.HTTPTransport(verify=_authorities(options.ca, options.url), trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, shape: type[Shape], method: str, path: str, body: Mapping[str, JsonValue] | None = None) -> Shape:
        """Send one request and read its answer.

        Raises:
            NotEvaluated: there is no answer in time, it is none of 200, or it is not of the shape.
        """
        what = f"{self._engine} at {self._base}: {method} {path}"
        request = self._request(method, path, body)
        try:
            status, data = within(self._timeout_s, lambda: self._exchange(request))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise NotEvaluated(
                f"{what}: {_broken(error, self._timeout_s)}", id="store-failed", remedy=_REMEDY_REACH
            ) from None
        if status != httpx.codes.OK:
            raise NotEvaluated(
                f"{what} was answered with {status}{self._said(data)}", id="store-failed", remedy=_remedy(status)
            )
        return _shaped(shape, data, what)

    def _request(self, method: str, path: str, body: Mapping[str, JsonValue] | None) -> httpx.Request:
        headers, content = self._headers, b""
        if body is not None:
            content = writer.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
            headers = {**headers, "content-type": "application/json"}
        limits = httpx.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s)).as_dict()
        extensions = {"timeout": limits}
        return httpx.Request(method, self._base + path, headers=headers, content=content, extensions=extensions)

    def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        response = self._http.handle_request(request)
        try:
            good = response.status_code == httpx.codes.OK
            if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
                raise ValueError("the answer is compressed, though that was not asked for")
            return response.status_code, _read(
                response, MAX_ANSWER_BYTES if good else MAX_EXPLANATION_BYTES, cut=not good
            )
        finally:
            response.close()

    def _said(self, data: bytes) -> str:
        text = " ".join(printable(data.decode("utf-8", "replace"), MAX_EXPLANATION_BYTES).split())
        return f": {printable(self._redactor.text(text), MAX_EXPLANATION_CHARS)}" if text else ""


_REMEDY_REACH = "Check options.url and that the store runs; options.timeout_s and options.page bound a request."


def _read(response: httpx.Response, limit: int, *, cut: bool) -> bytes:
    data = bytearray()
    stream = response.stream
    if not isinstance(stream, httpx.SyncByteStream):
        raise TypeError("the response of a synchronous transport is a synchronous stream")
    for piece in stream:
        data += piece
        if len(data) > limit:
            if cut:
                break
            raise ValueError(f"the answer is longer than {limit} bytes; a smaller options.page makes it shorter")
    return bytes(data[:limit])


def _shaped(shape: type[Shape], data: bytes, what: str) -> Shape:
    try:
        value, _lines = json.read(data.decode())
        return TypeAdapter(shape).validate_python(value, strict=True)
    except UnicodeDecodeError:
        wrong = "it is not UTF-8"
    except Refused as error:
        wrong = error.message
    except ValidationError as error:
        first = error.errors()[0]
        wrong = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    raise NotEvaluated(
        f"{what} was answered with something else than expected: {printable(wrong, MAX_EXPLANATION_CHARS)}",
        id="store-failed",
        remedy="Is options.url the store's own address, and its version one that docs/retrieval-stores.md names?",
    )


def _broken(error: Exception, timeout_s: float) -> str:
    match error:
        case TimeoutError() | httpx.TimeoutException():
            return f"no complete answer within {timeout_s:g} s"
        case httpx.ConnectError() if "CERTIFICATE" in str(error):
            return "the store's certificate is not trusted for its host; options.ca names a file of authorities"
        case httpx.ConnectError():
            return "the store cannot be reached"
        case ValueError():
            return str(error)
        case _:
            return "the connection broke before the answer was complete"


def _remedy(status: int) -> str:
    match status:
        case 401 | 403:
            return "Check the key: the secret's value, options.auth, and that it may read this index."
        case 404:
            return "Check options.index and options.url: the store knows no such thing."
        case int() if 300 <= status < 400:
            return "Name the address that answers itself in options.url; redirects are not followed."
        case _:
            return "The store says why; run again when it is well."


def _authorities(file: str | None, url: str) -> ssl.SSLContext:
    """Trust one file of authorities only; `ssl.create_default_context` would obey SSLKEYLOGFILE."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not url.startswith("https:"):
        return context
    try:
        context.load_verify_locations(file or certifi.where())
    except OSError:
        raise UsageError(
            f"the file of options.ca cannot be read as certificates: {printable(str(file), 200)}",
            id="index-options",
            remedy="Name a file with the authority's certificate in PEM form.",
        ) from None
    return context
