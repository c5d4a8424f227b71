"""The text of a document → its chunks, the same ones every time.

A chunk has at most `size` characters. It ends at the last paragraph break of its second half, else at the last line
break there, the last end of a sentence, the last white space, or else in the middle of a word. The next one begins
`overlap` characters before that end, at the start of a word. White space around a chunk is left out; a chunk of
nothing else is none.
"""

from __future__ import annotations

from collections.abc import Iterator

SPLITTER = "text/1"
"""Changes when the same text would be split otherwise: it is part of every index's header."""

_SENTENCE_ENDS = (". ", "? ", "! ", "。", "？", "！")  # noqa: RUF001 - the full-width marks end sentences too
_SPACES = (" ", "\t")


def text_of(data: bytes) -> str:
    """Decode a file, without a byte order mark and with one kind of line ends, so that a checkout changes nothing.

    Raises:
        UnicodeDecodeError: where it is not UTF-8.
    """
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def split(text: str, *, size: int, overlap: int = 0) -> Iterator[str]:
    """Yield the chunks in their order. Each goes at least a quarter of `size` beyond the one before it."""
    start = 0
    while len(text) - start > size:
        end = _end(text, start + (size + 1) // 2, start + size)
        if chunk := text[start:end].strip():
            yield chunk
        start = _start(text, max(end - overlap, start + max(1, size // 4)), end)
    if chunk := text[start:].strip():
        yield chunk


def _end(text: str, low: int, high: int) -> int:
    """Find where a chunk ends, behind the mark that ends it, in (low, high]."""
    for marks in (("\n\n",), ("\n",), _SENTENCE_ENDS, _SPACES):
        behind = [at + len(mark) for mark in marks if (at := text.rfind(mark, low, high)) >= 0]
        if behind:
            return max(behind)
    return high


def _start(text: str, low: int, high: int) -> int:
    """Find the first start of a word in [low, high]; where there is none, the overlap begins in the middle of one."""
    if low >= high or text[low - 1].isspace():
        return low
    found = next((at + 1 for at in range(low, high) if text[at].isspace()), low)
    return found if found < high else low
