"""Cohere's ids: `-MM-YYYY` pins, bare families and `-nightly` float, embeddings have a version and no snapshots.

https://docs.cohere.com/docs/models and https://docs.cohere.com/docs/deprecations
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "cohere"
NAMES = ("cohere", "cohere_chat", "cohereai")
OWN = re.compile(r"command-(r|a)|embed-(english|multilingual|v\d)|rerank-")

_DATED = re.compile(r".+-\d{2}-20\d{2}", re.ASCII)
_BARE = re.compile(r"command(?:-light|-nightly|-light-nightly|-r|-r-plus|-r7b|-a(?:-[a-z]+)*)?")
_VERSIONED = re.compile(r"(?:embed|rerank)-[a-z-]*v\d(?:\.\d)?(?:-[a-z]+)?|c4ai-[a-z0-9-]+|north-[a-z0-9.-]+", re.ASCII)


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    if _DATED.fullmatch(model):
        return Identity(state=State.PINNED, reason="month and year name one version")
    dated = registry.dated(PROVIDER, releases.without_latest(model))
    if dated or _BARE.fullmatch(model) or releases.is_latest(model):
        remedy = f"Pin {dated[-1]}." if dated else "Use an id that ends in its month and year, as command-a-03-2025."
        return Identity(state=State.FLOATING, reason="a family without a date is an alias", remedy=remedy)
    if _VERSIONED.fullmatch(model):
        return Identity(state=State.UNDATED, reason="the version has no snapshots, so it cannot be pinned harder")
    return Identity(state=State.UNKNOWN, reason="it is not a name that Cohere gives")


def base_of(model: str) -> str:
    return model


def same(asked: str, served: str) -> bool:
    return releases.same(asked, served)
