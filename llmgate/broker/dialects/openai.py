"""What the dialects of OpenAI share: their paths, with and without a version, and how an error is told.

Reference: https://platform.openai.com/docs/guides/error-codes.
"""

from __future__ import annotations

import re

from pydantic import JsonValue

PREFIX = "/openai"
MODELS = re.compile(rf"{PREFIX}(/v1)?/models")


def path(name: str) -> re.Pattern[str]:
    return re.compile(rf"{PREFIX}(/v1)?/{name}")


def refusal(status: int, message: str) -> JsonValue:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": f"llmgate_{status}"}}


def models(names: dict[str, str]) -> JsonValue:
    """List models, each with its owner."""
    data: list[JsonValue] = [
        {"id": name, "object": "model", "created": 0, "owned_by": owner} for name, owner in names.items()
    ]
    return {"object": "list", "data": data}
