"""Anthropic's ids: up to 4.5 a date pins and the dateless id floats; from 4.6 on the dateless id is the pin.

https://platform.claude.com/docs/en/about-claude/models/overview
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "anthropic"
NAMES = ("anthropic", "claude")
OWN = re.compile(r"claude-")
FIRST_DATELESS = (4, 6)

_DATED = re.compile(r"claude-[a-z0-9.-]+-20\d{6}", re.ASCII)
_MODERN = re.compile(r"claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)
_OLD = re.compile(r"claude-(?:instant-)?\d{1,2}(?:[.-]\d{1,2})?(?:-[a-z]+)?", re.ASCII)


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    if releases.is_latest(model):
        stem = releases.without_latest(model)
        return Identity(state=State.FLOATING, reason="it is repointed to newer models", remedy=_pin(stem, registry))
    if "-preview" in model:
        return Identity(state=State.PREVIEW, reason="a preview can be withdrawn at short notice")
    if _DATED.fullmatch(model):
        return Identity(state=State.PINNED, reason="the date names one snapshot")
    return _undated(model, registry)


def base_of(model: str) -> str:
    return model


def same(asked: str, served: str) -> bool:
    return releases.same(asked, served)


def is_dateless_pin(model: str) -> bool:
    """Tell whether an id without a date is of the generations that give none, on whichever host it is written."""
    modern = _MODERN.fullmatch(model)
    return modern is not None and (int(modern[1]), int(modern[2] or 0)) >= FIRST_DATELESS


def _undated(model: str, registry: Registry) -> Identity:
    if is_dateless_pin(model):
        return Identity(state=State.PINNED, reason="from 4.6 on an id without a date names one snapshot")
    if _MODERN.fullmatch(model):
        reason = "before 4.6 an id without a date is an alias"
        return Identity(state=State.FLOATING, reason=reason, remedy=_pin(model, registry))
    if not _OLD.fullmatch(model):
        return Identity(state=State.UNKNOWN, reason="it is not a name that Anthropic gives")
    if registry.of(PROVIDER, model):
        return Identity(state=State.PINNED, reason="the version names one model")
    return Identity(state=State.FLOATING, reason="it is an alias of a dated snapshot", remedy=_pin(model, registry))


def _pin(model: str, registry: Registry) -> str:
    dated = registry.dated(PROVIDER, model)
    return f"Pin {dated[-1]}." if dated else "Use an id that ends in a date, or a model from 4.6 on."
