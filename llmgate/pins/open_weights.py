"""Groq's and Together's ids: they name open weights, and the host may change how it runs and quantises them.

https://console.groq.com/docs/models and https://docs.together.ai/docs/serverless-models
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

_ROUTER = re.compile(r"(?:groq/)?compound(?:-[a-z]+)*")
_NAMED = re.compile(r"(?:[A-Za-z0-9_.-]+/)?[A-Za-z0-9_.-]+")


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    if _ROUTER.fullmatch(model):
        return Identity(state=State.ROUTER, reason="it chooses models for each call", remedy="Name one model.")
    if releases.is_latest(model):
        return Identity(state=State.FLOATING, reason="`latest` moves", remedy="Use an id that names one version.")
    if "preview" in model.lower().split("-"):
        return Identity(state=State.PREVIEW, reason="a preview can be withdrawn at short notice")
    if _NAMED.fullmatch(model):
        reason = "it names open weights; the host may change how it quantises them, and no id says so"
        return Identity(state=State.UNDATED, reason=reason)
    return Identity(state=State.UNKNOWN, reason="it is not a name that the host gives")


def base_of(model: str) -> str:
    return model


def same(asked: str, served: str) -> bool:
    """Compare in any case, and without the organisation where one of both has none."""
    ours, theirs = asked.lower(), served.lower()
    if ("/" in ours) != ("/" in theirs):
        ours, theirs = ours.rpartition("/")[2], theirs.rpartition("/")[2]
    return ours == theirs
