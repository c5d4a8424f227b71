"""Requests → Gemini and Claude on Vertex AI, and their answers → Completions.

Reference: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference and
https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai. Gemini speaks generateContent there, Claude
its Messages without the model's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.providers import api
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.gemini import Gemini
from llmgate.trial import Completion, Request

ANTHROPIC_VERSION = "vertex-2023-10-16"

_ANTHROPIC = AnthropicMessages()
_GEMINI = Gemini()


@dataclass(frozen=True, slots=True)
class Vertex:
    """Vertex AI. Project and location stand in the provider's `path`, and its key is an access token."""

    def capabilities(self, model: str) -> api.Capabilities:
        return (_ANTHROPIC if _is_claude(model) else _GEMINI).capabilities(model)

    def place(self, model: str) -> api.Place:
        name = api.segment(model)
        if _is_claude(model):
            return api.Place(path=f"/v1/publishers/anthropic/models/{name}:rawPredict")
        return api.Place(path=f"/v1/publishers/google/models/{name}:generateContent")

    def speaks_gemini(self, model: str) -> bool:
        return not _is_claude(model)

    def headers(self, key: str | None) -> dict[str, str]:
        return {} if key is None else {"authorization": f"Bearer {key}"}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:
        if not _is_claude(request.model):
            return _GEMINI.body(request, seed)
        body = _ANTHROPIC.body(request, seed)
        del body["model"]
        return {"anthropic_version": ANTHROPIC_VERSION, **body}

    def parse(self, body: JsonValue) -> Completion:
        is_message = isinstance(body, dict) and body.get("type") == "message"
        return _ANTHROPIC.parse(body) if is_message else _GEMINI.parse(body)


def _is_claude(model: str) -> bool:
    return model.startswith("claude")
