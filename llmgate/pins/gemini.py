"""The Gemini API's ids: `-001` pins, `-latest` floats, a stable id without a number cannot be pinned harder.

https://ai.google.dev/gemini-api/docs/models#model-versions
"""

from __future__ import annotations

import re

from llmgate.pins import releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "gemini"
NAMES = ("gemini", "google", "google_genai", "google-genai", "googleai", "google_ai_studio", "google-gla", "palm")
OWN = re.compile(r"(models/)?gemini-")

_NUMBERED = re.compile(r".+-0\d{2}", re.ASCII)
_EARLY = re.compile(r"preview|exp(erimental)?", re.ASCII)
_FAMILY = re.compile(r"(?:gemini|gemma|text-embedding|embedding|learnlm|lyria|deep-research|aqa)(?:-[a-z0-9.]+)*")


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    name = base_of(model)
    dated = registry.dated(PROVIDER, releases.without_latest(name))
    pin = f"Pin {dated[-1]}." if dated else ""
    if releases.is_latest(name):
        remedy = pin or "Use the id of one version, as gemini-X.Y-flash."
        return Identity(state=State.FLOATING, reason="it is repointed at each release", remedy=remedy)
    if is_early(name):
        return Identity(state=State.PREVIEW, reason="a preview can be withdrawn at two weeks' notice")
    if _NUMBERED.fullmatch(name):
        return Identity(state=State.PINNED, reason="the number names one version")
    if dated:
        return Identity(state=State.FLOATING, reason="it moves to newer versions of the same name", remedy=pin)
    if _FAMILY.fullmatch(name):
        return Identity(state=State.UNDATED, reason="the version has no number, so it cannot be pinned harder")
    return Identity(state=State.UNKNOWN, reason="it is not a name that the Gemini API gives")


def base_of(model: str) -> str:
    return model.removeprefix("models/")


def same(asked: str, served: str) -> bool:
    return releases.same(base_of(asked), base_of(served))


def is_early(name: str) -> bool:
    return any(_EARLY.fullmatch(word) for word in name.split("-"))
