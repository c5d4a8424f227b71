"""Vertex AI's ids: `-001` and `@20250929` pin; a name without a number moves up to Gemini 2.0, later it cannot.

https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions
"""

from __future__ import annotations

import re

from llmgate.pins import anthropic, gemini, releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "vertex"
NAMES = ("vertex", "vertex_ai", "vertexai", "vertex-ai", "google_vertexai", "google-vertex", "vertex_ai_beta")
OWN = None

_PATH = re.compile(r"(?:projects/[^/]+/locations/[^/]+/)?publishers/[^/]+/models/|(?:google|anthropic|mistralai)/")
_ENDPOINT = re.compile(r"(?:projects/[^/]+/locations/[^/]+/)?endpoints/[^/]+|\d{6,}", re.ASCII)
_NUMBERED = re.compile(r".+(?:@\d{3,8}|-0\d{2}|-2[0-9](?:0[1-9]|1[0-2]))", re.ASCII)
_MOVING = re.compile(r"gemini-(?:1\.\d|2\.0)-[a-z-]+|gemini-pro(?:-vision)?|(?:text|chat|code|codechat)-bison(?:-32k)?")
_FAMILY = re.compile(
    r"(?:gemini|medlm|deep-research|text-embedding|text-multilingual-embedding|multimodalembedding|codestral|mistral"
    r"|jamba|(?:meta|deepseek-ai|qwen|openai|moonshotai|minimaxai|zai-org|xai)/[a-z0-9.]+)(?:-[a-z0-9.]+)*"
)
_DEFAULT = "@default"


def identify(model: str, settings: Settings, registry: Registry) -> Identity:
    if _ENDPOINT.fullmatch(model):
        return Identity(state=State.DEPLOYMENT, reason="an endpoint's name does not say which model it runs")
    name = base_of(model)
    return _claude(name, settings, registry) if name.startswith("claude-") else _google(name, registry)


def base_of(model: str) -> str:
    found = _PATH.match(model)
    return (model[found.end() :] if found else model).removesuffix(_DEFAULT)


def same(asked: str, served: str) -> bool:
    """Compare without publisher paths; the Anthropic API under Vertex AI writes `-20250929` for `@20250929`."""
    return releases.same(base_of(asked).replace("@", "-"), base_of(served).replace("@", "-"))


def _google(name: str, registry: Registry) -> Identity:
    if releases.is_latest(name):
        return _moves(name, "it is repointed to newer versions", registry)
    if gemini.is_early(name):
        return Identity(state=State.PREVIEW, reason="a preview can be withdrawn at short notice")
    if _NUMBERED.fullmatch(name):
        return Identity(state=State.PINNED, reason="the number names one version")
    if registry.dated(PROVIDER, name) or _MOVING.fullmatch(name):
        return _moves(name, "a name of that time without a number is an alias that is updated", registry)
    if _FAMILY.fullmatch(name):
        return Identity(state=State.UNDATED, reason="the version has no number, so it cannot be pinned harder")
    return Identity(state=State.UNKNOWN, reason="it is not a name that Vertex AI gives")


def _claude(name: str, settings: Settings, registry: Registry) -> Identity:
    found = anthropic.identify(name.replace("@", "-"), settings, registry)
    return found if found.state is not State.FLOATING else _moves(name, found.reason, registry)


def _moves(name: str, reason: str, registry: Registry) -> Identity:
    dated = registry.dated(PROVIDER, releases.without_latest(name))
    remedy = f"Pin {dated[-1]}." if dated else "Use an id that ends in the number or the date of a version."
    return Identity(state=State.FLOATING, reason=reason, remedy=remedy)
