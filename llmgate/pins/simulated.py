"""The demo's own models: `sim-NAME-YYYY-MM-DD` is pinned, any other name floats."""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "simulated"
NAMES = ("simulated",)
OWN = re.compile(r"sim-")

_DATED = re.compile(r"sim-[a-z0-9-]+-\d{4}-\d{2}-\d{2}", re.ASCII)


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    if _DATED.fullmatch(model):
        return Identity(state=State.PINNED, reason="the date names one snapshot")
    return Identity(
        state=State.FLOATING, reason="it has no date", remedy="Use an id that ends in a date, as sim-small-2026-01-15."
    )


def base_of(model: str) -> str:
    return model


def same(asked: str, served: str) -> bool:
    return releases.same(asked, served)
