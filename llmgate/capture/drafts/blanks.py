"""A text with marks and the text that was sent → what stood in the place of each mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Of the private use area, which no text that people write has; a mark that a filter of a template alters is not found
# again, and then nothing is claimed.
_MARK = re.compile("\ue000[0-9]+\ue001")


def marks(names: Iterable[str]) -> dict[str, str]:
    """Give each name a mark: mark → name."""
    return {f"\ue000{number}\ue001": name for number, name in enumerate(names)}


def without(marked: str) -> str:
    """Return a text with blanks in the place of its marks."""
    return _MARK.sub(" ", marked)


def between(marked: str, text: str) -> list[tuple[str, str]] | None:
    """Return each mark with the value in its place; None where the texts around the marks are not those of `text`.

    A value ends at the next place where the text behind its mark stands. Two marks side by side cannot be told apart.
    """
    found: list[tuple[str, str]] = []
    names, literals = _MARK.findall(marked), _MARK.split(marked)
    if not names or not text.startswith(literals[0]) or not all(literals[1:-1]):
        return [] if text == marked else None
    at = len(literals[0])
    for place, (mark, literal) in enumerate(zip(names, literals[1:], strict=True)):
        is_last = place == len(names) - 1
        end = len(text) - len(literal) if is_last else text.find(literal, at)
        if end < at or not text.startswith(literal, end):
            return None
        found.append((mark, text[at:end]))
        at = end + len(literal)
    return found


def values(texts: Iterable[tuple[str, str]], names: Mapping[str, str]) -> dict[str, str]:
    """Read the values out of pairs of marked and sent texts: all of them, or none, as half of them would be guesses."""
    found: dict[str, str] = {}
    for marked, text in texts:
        pairs = between(marked, text)
        if pairs is None or any(mark not in names for mark, _ in pairs):  # a text that was sent may hold marks itself
            return {}
        if any(found.setdefault(names[mark], value) != value for mark, value in pairs):
            return {}
    return found
