"""Requests of Anthropic's Messages → what they ask for.

Reference: https://platform.claude.com/docs/en/api/messages and …/api/errors.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.broker.dialects import dialect
from llmgate.broker.dialects.dialect import Asking, Json
from llmgate.providers import Wire

PREFIX = "/anthropic"

_PATHS = frozenset({f"{PREFIX}/v1/messages", f"{PREFIX}/messages"})
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
}


@dataclass(frozen=True, slots=True)
class AnthropicMessages:
    """Anthropic's Messages."""

    headers: frozenset[str] = frozenset({"anthropic-version", "anthropic-beta"})
    query: frozenset[str] = frozenset({"beta"})

    def takes(self, path: str) -> bool:
        return path in _PATHS

    def asking(self, _path: str, content: Json) -> Asking:
        return Asking(wire=Wire.MESSAGES, model=dialect.model(content), streams=dialect.streams(content))


def refusal(status: int, message: str) -> JsonValue:
    return {"type": "error", "error": {"type": _KINDS.get(status, "api_error"), "message": message}}
