"""Ollama's names: a tag can move, so only a digest beside the model pins (`ollama list` and the manifest show it).

https://github.com/ollama/ollama/blob/main/docs/api.md#model-names
"""

from __future__ import annotations

import re

from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "ollama"
NAMES = ("ollama", "ollama_chat")
OWN = None

_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9._/-]+(?::[A-Za-z0-9._-]+)?(?:@sha256:[0-9a-f]{64})?")


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - no registry has these
    digest = settings.get("digest")
    if (isinstance(digest, str) and _DIGEST.fullmatch(digest)) or "@sha256:" in model:
        return Identity(state=State.PINNED, reason="the digest names one set of weights")
    if not _NAME.fullmatch(model):
        return Identity(state=State.UNKNOWN, reason="it is not a name that Ollama takes")
    if model.endswith(("-cloud", ":cloud")):
        return Identity(state=State.FLOATING, reason="the tag runs in Ollama's cloud and can move", remedy=_RECORD)
    return Identity(state=State.FLOATING, reason="a tag moves when the model is pushed again", remedy=_RECORD)


_RECORD = "Record the digest that `ollama list` shows in full beside the model: digest: sha256:…"


def base_of(model: str) -> str:
    return model


def same(asked: str, served: str) -> bool:
    return _spelled(asked) == _spelled(served)


def _spelled(model: str) -> str:
    name = model.partition("@")[0].removeprefix("library/")
    return name if ":" in name else f"{name}:latest"
