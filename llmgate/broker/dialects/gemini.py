"""Requests of Gemini's generateContent and embedContent → what they ask for.

Reference: https://ai.google.dev/api/generate-content and …/api/embeddings. The model stands in the path; where a body
names one as well, it is the same. Whatever version an application asks for, `v1beta` is asked, which has all of `v1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.broker.dialects.dialect import Asking, Json
from llmgate.broker.refused import Refused
from llmgate.providers import Wire

PREFIX = "/gemini"

_PATH = re.compile(
    rf"{PREFIX}/v1(alpha|beta)?/models/(?P<model>[^/:]+):"
    "(?P<action>generateContent|streamGenerateContent|embedContent|batchEmbedContents)"
)
_WIRES = {"embedContent": Wire.GEMINI_EMBEDDING, "batchEmbedContents": Wire.GEMINI_EMBEDDINGS}
_CHOOSING = ("routingConfig", "routing_config", "modelConfig", "model_config")
_STATES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "RESOURCE_EXHAUSTED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    413: "INVALID_ARGUMENT",
}


@dataclass(frozen=True, slots=True)
class Gemini:
    """Gemini's generateContent, its stream, and its embeddings."""

    headers: frozenset[str] = frozenset()
    query: frozenset[str] = frozenset({"alt"})

    def takes(self, path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def asking(self, path: str, content: Json) -> Asking:
        if (found := _PATH.fullmatch(path)) is None:
            raise Refused(404, f"nothing is served at {path}")
        model, action = found["model"], found["action"]
        if any(name != model for name in _names(content)):
            raise Refused(403, f"the body names another model than the path, which is {model!r}")
        if any(_chooses(config) for config in (content.get("generationConfig"), content.get("generation_config"))):
            raise Refused(403, "`routingConfig` and `modelConfig` could have another model answer than the pinned one")
        wire = _WIRES.get(action, Wire.GEMINI)
        return Asking(wire=wire, model=model, streams=action == "streamGenerateContent")


def _names(content: Json) -> Iterator[JsonValue]:
    """Yield the models that a body names, or the requests in it."""
    inner = content.get("requests")
    for holder in (content, *(inner if isinstance(inner, list) else ())):
        if isinstance(holder, dict) and (name := holder.get("model")) is not None:
            yield name.removeprefix("models/") if isinstance(name, str) else name


def _chooses(config: JsonValue) -> bool:
    """Whether Vertex AI would choose a model by itself."""
    return isinstance(config, dict) and any(config.get(name) for name in _CHOOSING)


def refusal(status: int, message: str) -> JsonValue:
    return {"error": {"code": status, "message": message, "status": _STATES.get(status, "INTERNAL")}}
