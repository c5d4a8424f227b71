"""OpenAI's ids: a date pins, an undated id that has dated siblings floats, recent families have no snapshots at all.

https://developers.openai.com/api/docs/models
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "openai"
NAMES = ("openai", "chatgpt", "oai")
OWN = re.compile(r"gpt-\d|gpt-audio|chatgpt-|o[1-9](-|$)|ft:(gpt-|o[1-9])|text-davinci|davinci-|babbage-|codex-")

_DATED = re.compile(r".+-(?:\d{4}-\d{2}-\d{2}|(?:0[1-9]|1[0-2])[0-3]\d)", re.ASCII)
_FAMILY = re.compile(r"(?:gpt-[a-z\d]|chatgpt-|o\d|codex|computer-use|text-embedding-|babbage-|davinci-)[a-z0-9.-]*")


def identify(model: str, settings: Settings, registry: Registry) -> Identity:
    if model.startswith("ft:"):
        base = identify(base_of(model), settings, registry)
        return Identity(state=base.state, reason=f"fine-tuned from {base_of(model)}: {base.reason}", remedy=base.remedy)
    if releases.is_latest(model):
        stem = releases.without_latest(model)
        return Identity(state=State.FLOATING, reason="it is repointed to newer models", remedy=_pin(stem, registry))
    if "-preview" in model:
        return Identity(state=State.PREVIEW, reason="a preview can be withdrawn at two weeks' notice")
    if _DATED.fullmatch(model):
        return Identity(state=State.PINNED, reason="the date names one snapshot")
    return _undated(model, registry)


def base_of(model: str) -> str:
    """`ft:gpt-4o-mini-2024-07-18:org:name:id` → the model that was tuned; any other id as it is."""
    return model.split(":")[1] if model.startswith("ft:") and model.count(":") > 1 else model.removeprefix("ft:")


def same(asked: str, served: str) -> bool:
    return releases.same(asked, served)


def _undated(model: str, registry: Registry) -> Identity:
    if registry.dated(PROVIDER, model):
        return Identity(
            state=State.FLOATING, reason="it moves to newer snapshots of the same name", remedy=_pin(model, registry)
        )
    if _FAMILY.fullmatch(model):
        return Identity(state=State.UNDATED, reason="no dated snapshot of it is known, so it cannot be pinned harder")
    return Identity(state=State.UNKNOWN, reason="it is not a name that OpenAI gives")


def _pin(model: str, registry: Registry) -> str:
    dated = registry.dated(PROVIDER, model)
    return f"Pin {dated[-1]}." if dated else "Use an id that ends in a date."
