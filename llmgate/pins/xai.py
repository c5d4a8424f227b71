"""xAI's ids: `-MMDD` pins wherever it stands, `-latest` floats, and so does a name that has dated siblings.

https://docs.x.ai/docs/models (aliases; no list with dates of retirement is machine-readable)
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "xai"
NAMES = ("xai", "x-ai", "x_ai", "grok")
OWN = re.compile(r"grok-")

_DATE = re.compile(r"-(?:0[1-9]|1[0-2])[0-3]\d(?=-|$)", re.ASCII)
_FAMILY = re.compile(r"grok(?:-[a-z0-9.]+)+")
_EARLY = {"beta", "experimental", "preview"}


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    dated = _dated(model, registry)
    pin = f"Pin {dated[-1]}." if dated else "Use an id with its month and day, as grok-4-0709."
    if "latest" in model.split("-"):
        return Identity(state=State.FLOATING, reason="it is repointed to newer models", remedy=pin)
    if _EARLY & set(model.split("-")):
        return Identity(state=State.PREVIEW, reason="a beta can be withdrawn at short notice")
    if _FAMILY.fullmatch(model) and _DATE.search(model):
        return Identity(state=State.PINNED, reason="month and day name one snapshot")
    if dated:
        return Identity(state=State.FLOATING, reason="it moves to newer snapshots of the same name", remedy=pin)
    if _FAMILY.fullmatch(model):
        return Identity(state=State.UNDATED, reason="no dated snapshot of it is known, so it cannot be pinned harder")
    return Identity(state=State.UNKNOWN, reason="it is not a name that xAI gives")


def base_of(model: str) -> str:
    return model


def same(asked: str, served: str) -> bool:
    """`grok-4.20-reasoning` answers as `grok-4.20-0309-reasoning`, with the date inside."""
    return releases.same(asked, served) or (not _DATE.search(asked) and _DATE.sub("", served, count=1) == asked)


def _dated(model: str, registry: Registry) -> list[str]:
    stem = model.replace("-latest", "")
    return sorted(name for name in registry.names(PROVIDER) if name != stem and _DATE.sub("", name, count=1) == stem)
