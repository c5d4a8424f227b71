"""A URL and the wanted commits or references → their objects in the side repository, over smart HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import pygit2
from pygit2.enums import CredentialType

from llmgate.errors import NotEvaluated, UsageError
from llmgate.git.side import Side

FETCH_TIMEOUT_S = 300
MAX_REASON_CHARS = 500

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_URL = re.compile(r"[\x21-\x7e]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ABSENT = "the server has no such commit or reference"
_REMEDY = (
    "Give llmgate a token that may read the repository, or check out the whole history "
    "(`fetch-depth: 0` in the actions/checkout step)."
)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to fetch: full commit ids or full reference names, with `depth` commits of history (0: all of it).

    The objects of the commit `have` are known to be here with nothing missing, so that the server need not send them.
    """

    url: str
    wants: tuple[str, ...]
    depth: int
    have: str | None


def fetch(side: Side, order: Order, *, token: str | None, timeout_s: float) -> tuple[str, ...]:
    """Fetch what was ordered; return the commit id of each want, in their order.

    The token goes only to the scheme, host and port of the URL, only when that server asks, and once.
    """
    callbacks = _Callbacks(_origin(order.url), token)
    if not order.wants or not all(map(_is_exact, order.wants)):
        raise UsageError(
            f"cannot fetch {order.wants!r}",
            id="fetch-failed",
            remedy="Name full commit ids or references such as refs/…",
        )
    try:
        return _within(timeout_s, lambda: _fetch(side, order, callbacks))
    except (pygit2.GitError, OSError, LookupError, ValueError) as exc:
        # Without the cause: a server may send back in its message what it was sent.
        reason = str(exc).replace(token or "\0", "***")[:MAX_REASON_CHARS]
        message = f"{', '.join(order.wants)} cannot be fetched from {order.url}: {reason}"
        raise NotEvaluated(message, id="fetch-failed", remedy=_REMEDY) from None


def _is_exact(want: str) -> bool:
    return bool(_COMMIT.fullmatch(want)) or (want.startswith("refs/") and pygit2.reference_is_valid_name(want))


def _origin(url: str) -> tuple[str, str, int]:
    try:
        scheme, host, port = _server(url)
        parts = urlsplit(url)
        plain = not (parts.username or parts.password or parts.query or parts.fragment or not _URL.fullmatch(url))
    except ValueError:
        plain, scheme, host, port = False, "", "", 0
    if not plain or not host or scheme not in {"https", "http"} or (scheme == "http" and host not in _LOOPBACK):
        raise UsageError(
            "the repository's URL is not an https:// address without user, password or query",
            id="fetch-failed",
            remedy="Use the server's address as in GITHUB_SERVER_URL, followed by owner/name.",
        )
    return scheme, host, port


def _server(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)


class _Callbacks(pygit2.RemoteCallbacks):
    def __init__(self, origin: tuple[str, str, int], token: str | None) -> None:
        super().__init__()
        self._origin = origin
        self._token = token
        self._asked = False

    def credentials(self, url: str, username_from_url: str | None, allowed_types: CredentialType) -> pygit2.UserPass:
        del username_from_url, allowed_types
        if _server(url) != self._origin:
            raise PermissionError("the server redirects to another one, which gets no token")
        if not self._token:
            raise PermissionError("the server asks for a token and there is none")
        if self._asked:
            raise PermissionError("the server refuses the token")
        self._asked = True
        return pygit2.UserPass("x-access-token", self._token)


def _fetch(side: Side, order: Order, callbacks: _Callbacks) -> tuple[str, ...]:
    repository = side.opened()
    references = repository.references
    names = [f"refs/llmgate/wants/{index}" for index in range(len(order.wants))]
    for name in filter(references.get, names):
        references.delete(name)
    if order.have and order.have in repository:
        references.create("refs/llmgate/have", order.have, force=True)
    specs = [f"+{want}:{name}" for want, name in zip(order.wants, names, strict=True)]
    try:
        repository.remotes.create_anonymous(order.url).fetch(specs, callbacks=callbacks, depth=order.depth)
    except pygit2.GitError as exc:
        # What libgit2 says when the server answers a shallow order with a refusal.
        raise LookupError(_ABSENT) if "unexpected packet type" in str(exc) else exc from None
    if not all(map(references.get, names)):
        raise LookupError(_ABSENT)
    return tuple(str(references[name].peel(pygit2.Commit).id) for name in names)


def _within(timeout_s: float, call: Callable[[], Result]) -> Result:
    """Run `call` in a thread of its own: a server that drips bytes cannot hold the caller, nor stop its signals."""
    results: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as exc:  # noqa: BLE001 - carried over to the caller's thread
            failures.append(exc)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout_s)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError(f"no end after {timeout_s:g} s")
    return results[0]
