"""Two texts → whether the first is in a script that the second has nothing of."""

from __future__ import annotations

import re
from typing import Final

MIN_LETTERS = 20
MAX_CHARS = 5_000

_SCRIPTS: Final = {
    "Latin": re.compile("[A-Za-z\u00c0-\u024f]"),
    "Greek": re.compile("[\u0370-\u03ff]"),
    "Cyrillic": re.compile("[\u0400-\u052f]"),
    "Hebrew": re.compile("[\u0590-\u05ff]"),
    "Arabic": re.compile("[\u0600-\u06ff]"),
    "Indic": re.compile("[\u0900-\u0dff]"),
    "Thai": re.compile("[\u0e00-\u0e7f]"),
    "Chinese or Japanese": re.compile("[\u3040-\u30ff\u3400-\u9fff]"),
    "Korean": re.compile("[\uac00-\ud7af]"),
}


def mismatch(text: str, around: str) -> str | None:
    """Say in which script a text is, where nearly all of it is in one that hardly any of its surroundings is in."""
    main, share = _main(text)
    other, _ = _main(around)
    if not main or not other or main == other or share < 0.8 or _share(around, main) > 0.05:
        return None
    return f"the answer is in {main} letters, everything around it in {other}"


def _main(text: str) -> tuple[str, float]:
    counts = _counts(text)
    total = sum(counts.values())
    if total < MIN_LETTERS:
        return "", 0.0
    name = max(counts, key=lambda each: counts[each])
    return name, counts[name] / total


def _share(text: str, name: str) -> float:
    counts = _counts(text)
    return counts[name] / max(sum(counts.values()), 1)


def _counts(text: str) -> dict[str, int]:
    return {name: len(letters.findall(text[:MAX_CHARS])) for name, letters in _SCRIPTS.items()}
