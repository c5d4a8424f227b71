"""Parts with their bytes in base64 → parts that refer to a file by its digest, and the files."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture.redacting import Redacting
from llmgate.capture.span import Json
from llmgate.redaction import Redactor

MAX_PART_BYTES = 5 * 1024 * 1024
FOLDER = "blobs"

_TEXTS = ("text/", "application/json", "application/xml", "application/yaml", "image/svg+xml")
_BINARY = ("image/", "audio/", "video/", "application/pdf")
_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/wav": "wav",
    "audio/mp3": "mp3",
    "audio/mpeg": "mp3",
    "application/pdf": "pdf",
    "text/plain": "txt",
}


@dataclass(slots=True, kw_only=True)
class Attachments:
    """The files of one fixture, by the path that its parts name.

    `folder` is relative to the repository's root; None where drafts are written outside it. Text is redacted as the
    fixture is; in what is no text only `known` secrets are looked for, and a file with one is left out.
    """

    folder: str | None
    known: Redactor
    redacts: Redacting
    files: dict[str, bytes] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def taken_out(self, messages: Iterable[Json]) -> tuple[Json, ...]:
        """Return the messages with references in place of bytes; a part that cannot be kept is left out and noted."""
        return tuple(self._message(message) for message in messages)

    def _message(self, message: Json) -> Json:
        listed = message.get("parts")
        if not isinstance(listed, list) or not any(_is_blob(part) for part in listed):
            return message
        parts: list[JsonValue] = [kept for part in listed if (kept := self._part(part)) is not None]
        return {**message, "parts": parts}

    def _part(self, part: JsonValue) -> JsonValue:
        if not isinstance(part, dict) or not _is_blob(part):
            return part
        data = _bytes(part.get("content"))
        what = str(part.get("modality"))
        if data is None or len(data) > MAX_PART_BYTES:
            self.missing.add(f"the {what}: its bytes are no base64, or too many")
            return None
        mime = str(part.get("mime_type"))
        text = _text(mime, data)
        if text is None and mime.startswith(_TEXTS):
            self.missing.add(f"the {what}: it is text that is not UTF-8")
            return None
        data = data if text is None else str(self.redacts.value(text)).encode()
        if self._tells(data):
            self.missing.add(f"the {what}: it holds a secret")
            return None
        if self.folder is None:
            self.missing.add(f"the {what}: drafts with files are written inside the repository only")
            return None
        digest = hashlib.sha256(data).hexdigest()
        path = f"{self.folder}/{digest}.{_ENDINGS.get(mime, 'bin')}"
        self.files[path] = data
        rest = {name: value for name, value in part.items() if name != "content"}
        return {**rest, "path": path, "sha256": digest}

    def _tells(self, data: bytes) -> bool:
        """Tell whether the bytes, read as text of one or two bytes a character, hold a secret."""
        text = data.decode("latin-1")
        return any(self.known.text(each) != each for each in {text, text.replace("\0", "")})


def _text(mime: str, data: bytes) -> str | None:
    """Return the text of a file, by whatever type it goes; None where it is none."""
    if mime.startswith(_BINARY) and not mime.startswith(_TEXTS):
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _is_blob(part: JsonValue) -> bool:
    return isinstance(part, Mapping) and part.get("type") == "blob"


def _bytes(content: JsonValue) -> bytes | None:
    try:
        return base64.b64decode(content, validate=True) if isinstance(content, str) else None
    except (binascii.Error, ValueError):
        return None
