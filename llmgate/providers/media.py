"""Parts of a message that are no text → base64 and data URLs, or a refusal that says what to do."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from llmgate.errors import CallRefused
from llmgate.media import BlobPart, MediaPart

Blobs = Mapping[str, bytes]


def content(part: BlobPart, blobs: Blobs) -> bytes:
    """Return a file's bytes.

    Raises:
        CallRefused: they were not read.
    """
    if part.sha256 not in blobs:
        raise CallRefused(
            f"the file {part.path!r} of a message was not read", id="media-refused", remedy="Run `llmgate check`."
        )
    return blobs[part.sha256]


def encoded(part: BlobPart, blobs: Blobs) -> str:
    return base64.b64encode(content(part, blobs)).decode("ascii")


def data_url(part: BlobPart, blobs: Blobs) -> str:
    return f"data:{part.mime_type};base64,{encoded(part, blobs)}"


def refusal(part: MediaPart, api: str, taken: str, *, remedy: str = "convert it, or ask another model") -> CallRefused:
    """Say that an API has no place for a part, and what it takes."""
    form = "file" if isinstance(part, BlobPart) else "address"
    kind = f"{part.modality} ({part.mime_type})" if part.mime_type else str(part.modality)
    return CallRefused(f"{api} takes no {form} of the kind {kind}; it takes {taken}", id="media-refused", remedy=remedy)
