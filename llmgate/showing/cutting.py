"""Text of any length → redacted text within a limit, with no part of a secret at its end."""

from __future__ import annotations

from collections.abc import Callable

MARGIN_CHARS = 4_000
"""Redacted beyond the limit and dropped then, so that no part of a secret of up to this length is left."""
ELLIPSIS = "…"

Cut = Callable[[str, int], str]


def cutting(redact: Callable[[str], str]) -> Cut:
    """Make what redacts and cuts; time and memory are bounded by the limit, not by the text."""

    def cut(text: str, limit: int) -> str:
        if len(text) <= limit:
            return redact(text)
        whole = redact(text[: limit + MARGIN_CHARS])
        kept = whole if len(text) <= limit + MARGIN_CHARS else whole[:-MARGIN_CHARS]
        return kept if len(kept) <= limit and len(whole) == len(kept) else kept[: limit - 1] + ELLIPSIS

    return cut
