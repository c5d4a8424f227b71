"""Requests → Azure OpenAI's Chat Completions, and its answers → Completions.

Reference: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle. A model's name is that of its
deployment. With an `api_version` the deployment stands in the path; without one, the API is Azure's `v1`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import JsonValue

from llmgate.providers import api
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.trial import Completion, Request

_CHAT = OpenAIChat()


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureOpenAI:
    """Chat Completions of a deployment."""

    version: str | None = None

    def capabilities(self, model: str) -> api.Capabilities:
        return replace(_CHAT.capabilities(model), batch=False)

    def place(self, model: str) -> api.Place:
        if self.version is None:
            return api.Place(path="/openai/v1/chat/completions")
        path = f"/openai/deployments/{api.segment(model)}/chat/completions"
        return api.Place(path=path, query={"api-version": self.version})

    def headers(self, key: str | None) -> dict[str, str]:
        return {} if key is None else {"api-key": key}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:
        return _CHAT.body(request, seed)

    def parse(self, body: JsonValue) -> Completion:
        return _CHAT.parse(body)
