"""What came in from an application in one trial → what it found, which tools it ran, and what it asked of models.

An application that is a target tells of itself in two ways: with spans, where it is instrumented, and with its requests
to models, which go through the gate. Both are hostile: what cannot be read is a note.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmgate.capture.received import asking, sighting
from llmgate.capture.received.asking import Asking
from llmgate.capture.received.sighting import Seen
from llmgate.trial import Request

__all__ = ["Asking", "Seen", "asked", "request", "seen"]


def seen(payloads: Sequence[tuple[str, bytes]], *, trace: str | None) -> Seen:
    """Read exports of OTLP, each its content type and its bytes; of a trial's `trace`, where there is one, alone."""
    return sighting.of(payloads, trace)


def asked(dialect: str, model: str, body: bytes, *, provider: str) -> Asking:
    """Read the body of a request to a model's API, and tell what of it no `Request` holds."""
    return asking.of(dialect, model, body, provider)


def request(dialect: str, model: str, body: bytes, *, provider: str) -> Request | None:
    """Read as `asked`, without the notes."""
    return asked(dialect, model, body, provider=provider).request
