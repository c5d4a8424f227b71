"""A text → the same with digits, signs and blanks of other scripts as ASCII, character for character."""

from __future__ import annotations

import re

_ZEROS = (
    *(0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66),
    *(0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xFF10),
)
"""Where the ten decimal digits of a script begin (Unicode's category Nd)."""

_TABLE: dict[int, str] = {
    **{full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)},  # full-width forms
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
    **dict.fromkeys((0x00A0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
}
_FOREIGN = re.compile(f"[{''.join(map(chr, sorted(_TABLE)))}]")


def plain(text: str) -> str:
    """Return a text of the same length, so that a place in one is the same place in the other."""
    return text if text.isascii() or _FOREIGN.search(text) is None else text.translate(_TABLE)
