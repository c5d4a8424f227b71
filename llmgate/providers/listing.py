"""The policy's providers → the lists of models that they give of themselves, or why one was not had.

A key goes to the host that the policy names for it, as for every call; redirects are not followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallError, NotEvaluated, UsageError
from llmgate.pins import live
from llmgate.providers import origin, transport
from llmgate.providers.pace import Limits, Pace
from llmgate.redaction import Redactor

MAX_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A provider's whole list, as it wrote it, and the address that gave it."""

    provider: str
    style: live.Style
    source: str
    items: tuple[live.Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """A provider whose list was not had: why, and what to do about it."""

    provider: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What lists are asked with. `tls` is for tests; without it certifi's authorities are trusted."""

    pace: Pace
    limits: Limits
    tls: ssl.SSLContext | None = None


def ask(
    declared: Mapping[str, ProviderEntry], environment: Mapping[str, str], used: Iterable[str], manner: Manner
) -> tuple[Listing | Unasked, ...]:
    """Ask each provider that is used for its models. What goes wrong with one is said of that one."""
    return asyncio.run(_all(declared, environment, sorted(set(used)), manner))


async def _all(
    declared: Mapping[str, ProviderEntry], environment: Mapping[str, str], names: list[str], manner: Manner
) -> tuple[Listing | Unasked, ...]:
    return tuple(await asyncio.gather(*(_one(name, declared, environment, manner) for name in names)))


async def _one(
    name: str, declared: Mapping[str, ProviderEntry], environment: Mapping[str, str], manner: Manner
) -> Listing | Unasked:
    try:
        endpoint = providers.endpoints(declared, environment, [name])[name]
    except (UsageError, NotEvaluated) as error:
        return Unasked(provider=name, message=error.message, remedy=error.remedy)
    if (style := live.style_of(name, declared[name].api)) is None:
        return Unasked(provider=name, message=_NO_LIST)
    try:
        where = _destination(endpoint, style, declared[name])
        redactor = Redactor([endpoint.key.reveal(to=endpoint.origin)] if endpoint.key else [])
        trust = manner.tls or transport.trusted_authorities()
        sender = transport.Transport(manner.limits, manner.pace, redactor, trust)
        async with contextlib.aclosing(sender):
            return await _listed(name, style, where, sender)
    except CallError as error:
        return Unasked(provider=name, message=error.message, remedy=error.remedy)


_NO_LIST = "it gives no list of the names that are asked here"
_NOT_A_LIST = "its answer is no list of models"
_REMEDY = "See that `host`, `path` and `api` under policy.providers name the provider's own API."


async def _listed(
    name: str, style: live.Style, where: transport.Destination, sender: transport.Transport
) -> Listing | Unasked:
    """Read page after page. A list that does not end is no list."""
    items: list[live.Item] = []
    after: str | None = None
    for _ in range(MAX_PAGES):
        asked = where.asking(live.query(style, after))
        page = live.page(style, (await sender.fetch(asked)).body)
        if page is None:
            return Unasked(provider=name, message=_NOT_A_LIST, remedy=_REMEDY)
        items += page.items
        if page.after is None:
            break
        after = page.after
    else:
        return Unasked(provider=name, message=f"its list has more than {MAX_PAGES} pages", remedy=_REMEDY)
    if not items:
        return Unasked(provider=name, message="its list of models is empty", remedy=_REMEDY)
    return Listing(provider=name, style=style, source=f"GET {where.url}", items=tuple(items))


def _destination(endpoint: providers.Endpoint, style: live.Style, entry: ProviderEntry) -> transport.Destination:
    if style is live.Style.GEMINI:
        path = (entry.path.removesuffix("/openai") or "/v1beta") + "/models"
        return transport.destination(endpoint.origin, path, endpoint.key, _google)
    path = origin.path_below(entry.path, "/v1/models")
    return transport.destination(endpoint.origin, path, endpoint.key, endpoint.api.headers)


def _google(key: str | None) -> dict[str, str]:
    return {} if key is None else {"x-goog-api-key": key}
