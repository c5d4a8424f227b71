"""Mistral's ids: `-YYMM` pins, `-latest` and bare families float, `-3-5` and the like are versions without snapshots.

https://docs.mistral.ai/getting-started/models/models_overview/#api-versioning (that bare families move is inferred from
the list's `aliases`).
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "mistral"
NAMES = ("mistral", "mistralai", "mistral_ai", "mistral-ai")
OWN = re.compile(
    r"(mistral-(large|medium|small|tiny|embed)|magistral-|devstral-|codestral-|ministral-|pixtral-|voxtral-)"
)

_WORDS = r"(?:open-)?(?:mistral|mixtral|magistral|devstral|codestral|ministral|pixtral|voxtral|saba|leanstral)"
_FAMILY = re.compile(rf"(?:labs-)?{_WORDS}(?:-[a-z0-9.]+)*")
_BARE = re.compile(rf"{_WORDS}(?:-[a-z]+)*")
_DATED = re.compile(r".+-2\d(?:0[1-9]|1[0-2])", re.ASCII)


def identify(model: str, settings: Settings, registry: Registry) -> Identity:
    if model.startswith("ft:"):
        base = identify(base_of(model), settings, registry)
        return Identity(state=base.state, reason=f"fine-tuned from {base_of(model)}: {base.reason}", remedy=base.remedy)
    dated = registry.dated(PROVIDER, releases.without_latest(model))
    pin = f"Pin {dated[-1]}." if dated else "Use an id that ends in its year and month, as mistral-large-2512."
    if releases.is_latest(model):
        return Identity(state=State.FLOATING, reason="it is repointed to newer models", remedy=pin)
    if _DATED.fullmatch(model):
        return Identity(state=State.PINNED, reason="year and month name one version")
    if dated or _BARE.fullmatch(model):
        return Identity(state=State.FLOATING, reason="a family without a version is an alias", remedy=pin)
    if _FAMILY.fullmatch(model):
        return Identity(state=State.UNDATED, reason="the version has no year and month, so it cannot be pinned harder")
    return Identity(state=State.UNKNOWN, reason="it is not a name that Mistral gives its own models")


def base_of(model: str) -> str:
    """`ft:open-mistral-7b:org:20240101:id` → the model that was tuned; any other id as it is."""
    return model.split(":")[1] if model.startswith("ft:") else model


def same(asked: str, served: str) -> bool:
    return releases.same(asked, served)
