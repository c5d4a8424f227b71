"""Messages and tools as JSON, as the readers of APIs leave them → those of a `Request`, with the bytes of its files."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue, TypeAdapter, ValidationError

from llmgate.capture.span import Json
from llmgate.message import Message, Part, ToolDefinition, ToolResponsePart

FOLDER = "received"
"""Stands before the digest of a file that no repository has."""

_PART: TypeAdapter[Part] = TypeAdapter(Part)


@dataclass(slots=True)
class Rebuilding:
    """Rebuilds one request. What the neutral form has no place for is left out and noted."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    def messages(self, told: Iterable[Json]) -> tuple[Message, ...]:
        return tuple(message for each in told for message in self._messages(each))

    def tools(self, told: Iterable[Json]) -> tuple[ToolDefinition, ...]:
        return tuple(tool for each in told if (tool := self._tool(each)) is not None)

    def _messages(self, told: Json) -> Iterator[Message]:
        """Rebuild one; results of calls, which Anthropic has among what the user says, are a tool's."""
        parts = told.get("parts")
        found = [part for each in (parts if isinstance(parts, list) else []) for part in self._part(each)]
        results = [part for part in found if isinstance(part, ToolResponsePart)]
        if results and told.get("role") == "user":
            yield from self._message({"role": "tool"}, results)
            found = [part for part in found if not isinstance(part, ToolResponsePart)]
        if found or not results:
            yield from self._message(told, found)

    def _message(self, told: Json, parts: Sequence[Part]) -> Iterator[Message]:
        try:
            yield Message.model_validate({**told, "parts": parts})
        except ValidationError:
            self.notes.add("a message that a conversation has no place for")

    def _part(self, told: JsonValue) -> Iterator[Part]:
        if isinstance(told, dict) and told.get("type") == "blob":
            told = self._kept(told)
        try:
            yield _PART.validate_python(told)
        except ValidationError:
            self.notes.add("a part of a message that no message has a place for")

    def _kept(self, told: dict[str, JsonValue]) -> JsonValue:
        """Put a file's digest in the place of its bytes."""
        content = told.get("content")
        try:
            data = base64.b64decode(content, validate=True) if isinstance(content, str) else None
        except (binascii.Error, ValueError):
            data = None
        if data is None:
            return None
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        rest = {name: value for name, value in told.items() if name != "content"}
        return {**rest, "path": f"{FOLDER}/{digest}", "sha256": digest}

    def _tool(self, told: Json) -> ToolDefinition | None:
        try:
            return ToolDefinition.model_validate(dict(told))
        except ValidationError:
            self.notes.add("a tool whose definition is none")
            return None
