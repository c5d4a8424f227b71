"""Requests of OpenAI's Responses → what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.broker.dialects import dialect, openai
from llmgate.broker.dialects.dialect import Asking, Json
from llmgate.providers import Wire

_PATH = openai.path("responses")


@dataclass(frozen=True, slots=True)
class OpenAIResponses:
    """OpenAI's Responses."""

    headers: frozenset[str] = frozenset()
    query: frozenset[str] = frozenset()

    def takes(self, path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def asking(self, _path: str, content: Json) -> Asking:
        return Asking(wire=Wire.RESPONSES, model=dialect.model(content), streams=dialect.streams(content))
