"""Hugging Face's repositories, as vLLM and TGI serve them too: a 40-digit commit as `revision` pins, all else moves.

https://huggingface.co/docs/huggingface_hub/guides/download#from-specific-version
"""

from __future__ import annotations

import re

from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "huggingface"
NAMES = ("huggingface", "hugging_face", "hf", "huggingface_hub", "vllm", "hosted_vllm", "tgi", "sglang")
OWN = None

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"(?:[A-Za-z0-9_.-]+/)+[A-Za-z0-9_.-]+")
_CHOOSING = ("fastest", "cheapest", "preferred")
_PIN = "Set `revision` beside the model to the commit's 40 digits, and the same for the tokenizer."


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - no registry has these
    if model.startswith(("/", "./", "../", "~")):
        return Identity(state=State.LOCAL, reason="a path says nothing of the weights that are there")
    name, _, choice = model.partition(":")
    if choice in _CHOOSING:
        return Identity(state=State.ROUTER, reason="it chooses a host for each call", remedy="Name one host.")
    name, _, written = name.partition("@")
    revision = written or settings.get("revision")
    if isinstance(revision, str) and _COMMIT.fullmatch(revision):
        return Identity(state=State.PINNED, reason="the revision names one commit")
    if not _REPOSITORY.fullmatch(name):
        return Identity(state=State.LOCAL, reason="it is the name under which a server offers weights of its own")
    if revision:
        return Identity(state=State.FLOATING, reason="a branch or a tag can move", remedy=_PIN)
    return Identity(state=State.FLOATING, reason="without a revision the default branch is served", remedy=_PIN)


def base_of(model: str) -> str:
    return re.split("[:@]", model, maxsplit=1)[0]


def same(asked: str, served: str) -> bool:
    return base_of(asked) == base_of(served)
