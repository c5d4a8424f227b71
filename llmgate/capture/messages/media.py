"""A part that is no text → a blob with its bytes in base64, or an address; or a note where it is neither."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture.messages.notes import Notes
from llmgate.capture.span import Json

_KINDS = frozenset(
    {"image_url", "image", "input_image", "input_audio", "audio", "input_file", "file", "document", "video"}
    | {"blob", "uri", "media", "file-data", "image-data"}
)
_MODALITIES = {"image": "image", "audio": "audio", "video": "video", "application": "document", "text": "document"}
_NAME = "the name of a file, or what was said of it"


def is_known(kind: str) -> bool:
    return kind in _KINDS


def of(kind: str, part: dict[str, JsonValue], notes: Notes) -> Iterator[Json]:
    """Read one part."""
    if (stored := _stored(part)) is not None:
        notes.depends_on.add(f"a file that the provider stores ({stored})")
        return
    mime, content = _inline(part)
    if (platform := _kept_apart(part, content)) is not None:
        notes.depends_on.add(f"a file that {platform} stores")
    elif content is not None:
        notes.missing.update(_unsaid(part))
        yield from _written(kind, mime, content, notes)
    else:
        notes.missing.add(f"a part of the type {kind[:40]}" if kind else "a part without a type")


def _stored(part: dict[str, JsonValue]) -> str | None:
    """Name the field that refers to a file on the provider's side."""
    places: list[JsonValue] = [part, part.get("file"), part.get("source"), part.get("image_url")]
    stored = any(isinstance(place, dict) and isinstance(place.get("file_id"), str) for place in places)
    return "file_id" if stored else None


def _unsaid(part: dict[str, JsonValue]) -> Iterator[str]:
    """Name what an API lets a file be sent with besides its bytes."""
    places = [place for place in (part, part.get("file"), part.get("image_url")) if isinstance(place, dict)]
    for name, what in (("detail", "the detail of an image"), ("filename", _NAME), ("title", _NAME), ("context", _NAME)):
        if any(isinstance(place.get(name), str) and place[name] not in ("", "auto") for place in places):
            yield what


def _kept_apart(part: dict[str, JsonValue], content: str | None) -> str | None:
    """Name the observability platform that took the content out of the message and left a reference."""
    if content is None and isinstance(part.get("attachment_key"), str):
        return "Datadog"
    return "Langfuse" if content is not None and content.startswith("@@@langfuseMedia:") else None


def _inline(part: dict[str, JsonValue]) -> tuple[str | None, str | None]:
    """Find the media type and the content: a `data:` URL, base64, or an address."""
    source = part.get("source")
    if isinstance(source, dict):  # Anthropic's
        if source.get("type") == "text" and isinstance(plain := source.get("data"), str):
            return "text/plain", base64.b64encode(plain.encode()).decode()
        return _text(source.get("media_type")), _text(source.get("data")) or _text(source.get("url"))
    audio = part.get("input_audio")
    if isinstance(audio, dict):
        shape = _text(audio.get("format"))
        return f"audio/{shape}" if shape else None, _text(audio.get("data"))
    mime = next((found for key in _MIMES if (found := _text(part.get(key)))), None)
    for key in _CONTENTS:
        value = part.get(key)
        if isinstance(value, dict):
            value = next((value[name] for name in ("url", "file_data", "data") if name in value), None)
        if (found := _text(value)) is not None:
            return mime, found
    return mime, None


_MIMES = ("mime_type", "mediaType", "mimeType", "media_type")
_CONTENTS = ("image_url", "file_data", "file", "uri", "url", "content", "data", "image", "base64", "audio")


def _written(kind: str, mime: str | None, content: str, notes: Notes) -> Iterator[Json]:
    if content.startswith("data:"):
        head, _, data = content.removeprefix("data:").partition(",")
        if not head.endswith(";base64"):
            notes.missing.add("a part whose data: URL is not base64")
            return
        mime, content = head.removesuffix(";base64").partition(";")[0], data
    modality = _MODALITIES.get((mime or kind).partition("/")[0].removeprefix("input_").partition("_")[0], "document")
    if content.startswith(("http://", "https://")):
        told: dict[str, JsonValue] = {"type": "uri", "modality": modality, "uri": content}
        yield {**told, "mime_type": mime} if mime else told
        notes.depends_on.add(f"the {modality} at an address, which the provider fetches")
    elif mime:
        yield {"type": "blob", "modality": modality, "mime_type": mime, "content": content}
    else:
        notes.missing.add(f"the media type of a part of the type {kind[:40]}")


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None
