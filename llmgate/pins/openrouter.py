"""OpenRouter's slugs: without one fixed host one is chosen per call; with one, the vendor's rules say how firm it is.

`provider: {order: [one], allow_fallbacks: false}` or `provider: {only: [one]}` among the parameters fixes the host:
https://openrouter.ai/docs/features/provider-routing
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmgate.pins import anthropic, gemini, openai, releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "openrouter"
NAMES = ("openrouter", "open_router", "open-router")
OWN = None

_SLUG = re.compile(r"(?P<vendor>[a-z0-9-]+)/(?P<name>[A-Za-z0-9._-]+)(?::(?P<variant>[a-z]+))?")
_DATED = re.compile(r".+-(?:20\d{2}-\d{2}-\d{2}|20\d{6}|\d{2}-20\d{2}|\d{4})", re.ASCII)
_FIX = "Fix the host: params.provider: {order: [HOST], allow_fallbacks: false}, with a dated slug."


def identify(model: str, settings: Settings, registry: Registry) -> Identity:
    if model.startswith("~") or releases.is_latest(model):
        return Identity(state=State.FLOATING, reason="it redirects to the newest of a family", remedy=_FIX)
    slug = _SLUG.fullmatch(model)
    if slug is None:
        return Identity(state=State.UNKNOWN, reason="it is not a slug of the form vendor/model")
    if slug["vendor"] == "openrouter" or settings.get("models"):
        return Identity(state=State.ROUTER, reason="it chooses a model for each call", remedy="Name one model.")
    if not _one_host(settings):
        reason = "it chooses a host, and with it a quantisation, for each call"
        return Identity(state=State.ROUTER, reason=reason, remedy=_FIX)
    return _of_vendor(slug["vendor"], slug["name"], settings, registry)


def base_of(model: str) -> str:
    return model.partition(":")[0]


def same(asked: str, served: str) -> bool:
    """Compare without variants, and without the vendor where one of both has none. A router may answer as anything."""
    ours, theirs = base_of(asked), base_of(served)
    if ours.startswith(("~", "openrouter/")):
        return True
    if "/" not in theirs:
        ours = ours.rpartition("/")[2]
    return releases.same(ours, theirs)


def _one_host(settings: Settings) -> bool:
    extra = settings.get("extra_body")
    routing = settings.get("provider") or (extra.get("provider") if isinstance(extra, Mapping) else None)
    if not isinstance(routing, Mapping):
        return False
    order, only = routing.get("order"), routing.get("only")
    fixed = isinstance(order, list) and len(order) == 1 and routing.get("allow_fallbacks") is False
    return fixed or (isinstance(only, list) and len(only) == 1)


def _of_vendor(vendor: str, name: str, settings: Settings, registry: Registry) -> Identity:
    match vendor:
        case "anthropic":
            return anthropic.identify(name.replace(".", "-"), settings, registry)
        case "openai":
            return openai.identify(name, settings, registry)
        case "google":
            return gemini.identify(name, settings, registry)
        case _:
            pass
    if _DATED.fullmatch(name):
        return Identity(state=State.PINNED, reason="slug with a date, and one host")
    return Identity(state=State.UNDATED, reason="one host, and no dated slug is known")
