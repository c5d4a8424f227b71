"""Anthropic's ids: up to 4.5 a date pins and the dateless id floats; from 4.6 on the dateless id is the pin.

https://platform.claude.com/docs/en/about-claude/models/overview
"""

from __future__ import annotations

import re

from llmgate.pins.pin import Identity, State
from llmgate.pins.registry import Registry

PROVIDER = "anthropic"
FIRST_DATELESS = (4, 6)

_DATED = re.compile(r"claude-[a-z0-9.-]+-20\d{6}")
_MODERN = re.compile(r"claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?")
_OLD = re.compile(r"claude-(?:instant-)?\d{1,2}(?:[.-]\d{1,2})?(?:-[a-z]+)?")


def identify(model: str, registry: Registry) -> Identity:
    if model.endswith("-latest"):
        return Identity(
            state=State.FLOATING, reason="it is repointed to newer models", remedy=_pin(model[:-7], registry)
        )
    if "-preview" in model:
        return Identity(state=State.PREVIEW, reason="a preview can be withdrawn at short notice")
    if _DATED.fullmatch(model):
        return Identity(state=State.PINNED, reason="the date names one snapshot")
    return _undated(model, registry)


def base_of(model: str) -> str:
    return model


def _undated(model: str, registry: Registry) -> Identity:
    if (modern := _MODERN.fullmatch(model)) is not None:
        return _versioned(model, (int(modern[1]), int(modern[2] or 0)), registry)
    if not _OLD.fullmatch(model):
        return Identity(state=State.UNKNOWN, reason="it is not a name that Anthropic gives")
    if registry.of(PROVIDER, model):
        return Identity(state=State.PINNED, reason="the version names one model")
    return Identity(state=State.FLOATING, reason="it is an alias of a dated snapshot", remedy=_pin(model, registry))


def _versioned(model: str, version: tuple[int, int], registry: Registry) -> Identity:
    if version >= FIRST_DATELESS:
        return Identity(state=State.PINNED, reason="from 4.6 on an id without a date names one snapshot")
    return Identity(
        state=State.FLOATING, reason="before 4.6 an id without a date is an alias", remedy=_pin(model, registry)
    )


def _pin(model: str, registry: Registry) -> str:
    dated = registry.dated(PROVIDER, model)
    return f"Pin {dated[-1]}." if dated else "Use an id that ends in a date, or a model from 4.6 on."
