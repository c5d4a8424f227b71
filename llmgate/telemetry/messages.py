"""Messages and tools as they are sent → the same as OpenTelemetry's GenAI schemas have them, as JSON."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from llmgate.media import BlobPart
from llmgate.message import Message, Part, ToolDefinition

MAX_BLOB_BYTES = 256 * 1024
"""A larger file is told by its digest: each call of each trial would carry it again."""


def written(messages: Iterable[Message], blobs: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [_message(message, blobs) for message in messages]


def _message(message: Message, blobs: Mapping[str, bytes]) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "parts": parts(message, blobs)}
    return {**told, "name": message.name} if message.name else told


def parts(message: Message, blobs: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [_part(part, blobs) for part in message.parts]


def _part(part: Part, blobs: Mapping[str, bytes]) -> dict[str, Any]:
    if not isinstance(part, BlobPart):
        told = part.model_dump(mode="json")
        return {name: value for name, value in told.items() if value is not None or name in ("arguments", "response")}
    content = blobs.get(part.sha256)
    about = {"modality": part.modality.value, "mime_type": part.mime_type}
    if content is None or len(content) > MAX_BLOB_BYTES:
        return {"type": "file", **about, "file_id": f"sha256:{part.sha256}"}
    return {"type": "blob", **about, "content": base64.b64encode(content).decode("ascii")}


def tools(definitions: Iterable[ToolDefinition]) -> list[dict[str, Any]]:
    return [{"type": "function", **tool.model_dump(mode="json", exclude_none=True)} for tool in definitions]
