"""Texts and the policy's embedder → the request that is sent for them, and the name of each vector."""

from __future__ import annotations

import hashlib

from llmgate.config import ModelEntry
from llmgate.targets import prompt
from llmgate.trial import EmbeddingRequest

BATCH = 32
"""Texts in one request: a server's answer stays below what is read of it, with 8,000 numbers for each."""


def request(texts: tuple[str, ...], embedder: ModelEntry) -> EmbeddingRequest:
    return EmbeddingRequest(provider=embedder.provider, model=embedder.model, texts=texts, params=dict(embedder.params))


def key(text: str, embedder: ModelEntry, origin: str) -> str:
    """Name a vector by all that it depends on: provider and whom it reaches, model, parameters and text."""
    whole = prompt.canonical([embedder.provider, origin, embedder.model, dict(embedder.params), text])
    return "sha256:" + hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def identity(embedder: ModelEntry, origin: str) -> str:
    """Name an embedder: with another name no earlier outcome holds."""
    return key("", embedder, origin)
