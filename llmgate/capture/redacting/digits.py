"""A text → the stretches of it in which a number of seven digits or more may stand, with what is around it."""

from __future__ import annotations

import re

BEFORE, AFTER = 40, 4
"""How many characters around the digits belong to a stretch: a word such as `phone number:`, and what ends a number."""

_RUN = re.compile(r"[0-9](?:[^0-9\n]{0,3}[0-9]){6,}+")
_TIME = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[T ][0-9:.,+-]*)?")  # what most digits of a trace are

Stretch = tuple[int, int]


def stretches(text: str) -> list[Stretch]:
    """List start and end of each stretch, apart from one another and in order; most prose has none."""
    found: list[Stretch] = []
    for match in _RUN.finditer(text):
        if _TIME.fullmatch(match[0]):
            continue
        start, end = max(0, match.start() - BEFORE), match.end() + AFTER
        if found and start <= found[-1][1]:
            start, _ = found.pop()
        found.append((start, end))
    return found
