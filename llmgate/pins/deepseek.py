"""DeepSeek's ids: a name without a version floats, one with a version has few snapshots, a date pins.

https://api-docs.deepseek.com/updates
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "deepseek"
NAMES = ("deepseek", "deepseek-ai", "deepseek_ai")
OWN = re.compile(r"deepseek-(chat|reasoner|coder)$")

_DATED = re.compile(r"deepseek(?:-[a-z0-9.]+)+-(?:\d{4}|2\d{5})", re.ASCII)
_BARE = re.compile(r"deepseek(?:-[a-z]+)+")
_VERSIONED = re.compile(r"deepseek(?:-[a-z0-9.]+)+")


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    dated = registry.dated(PROVIDER, model)
    if releases.is_latest(model) or _BARE.fullmatch(model) or dated:
        remedy = f"Pin {dated[-1]}." if dated else "Use an id that names its version, as deepseek-v4-pro."
        return Identity(state=State.FLOATING, reason="the name moves to newer models", remedy=remedy)
    if _DATED.fullmatch(model):
        return Identity(state=State.PINNED, reason="the date names one snapshot")
    if _VERSIONED.fullmatch(model):
        return Identity(state=State.UNDATED, reason="the version has no snapshots, so it cannot be pinned harder")
    return Identity(state=State.UNKNOWN, reason="it is not a name that DeepSeek gives")


def base_of(model: str) -> str:
    return model


def same(asked: str, served: str) -> bool:
    return releases.same(asked, served)
