"""What happened in a span."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What happened in a span."""

    MODEL = "model"
    RETRIEVAL = "retrieval"
    RERANK = "rerank"
    TOOL = "tool"
    OTHER = "other"
