"""Model output → HTML: why the whole is none, and which signs of it are anywhere."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from llmgate.assertions import judgement, markup, patterns

_ELEMENTS = """
    a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col
    colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu
    meta meter nav noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp script
    search section select slot small source span strong style sub summary sup svg table tbody td template textarea
    tfoot th thead time title tr track u ul var video wbr
"""
_VOID = "area base br col embed hr img input link meta param source track wbr"
_CLOSED_BY_OTHERS = "body caption colgroup dd dt head html li optgroup option p rp rt tbody td tfoot th thead tr"
ELEMENTS: Final = frozenset(_ELEMENTS.split())
VOID: Final = frozenset(_VOID.split())
CLOSED_BY_OTHERS: Final = frozenset(_CLOSED_BY_OTHERS.split())
_RAW: Final = {
    name: re.compile(rf"(?=</{name}[\s/>])", re.IGNORECASE) for name in ("script", "style", "textarea", "title")
}
_WITHOUT_TEXT: Final = frozenset({"html", "head"})
_COMMON: Final = (
    r"(?i)<(?:html|head|body|div|span|p|a|img|h[1-6]|ul|ol|li|table|tr|td|th|form|input|button|script|style|link|"
    r"meta|br|hr)\b"
)
_SIGNS: Final = (
    (r"<[a-zA-Z][a-zA-Z0-9-]*(?:\s[^>]*)?>", 1),
    (r"</[a-zA-Z][a-zA-Z0-9-]*\s*>", 1),
    (r"<[a-zA-Z][a-zA-Z0-9-]*(?:\s[^>]*)?/>", 1),
    (r"&(?:[a-zA-Z]+|#[0-9]+|#x[0-9a-fA-F]+);", 1),
    (r"(?i)<!DOCTYPE\s+html", 2),
    (r"(?s)<!--.*?-->", 1),
    (r"\s[a-zA-Z-]+=\s*[\"'][^\"']*[\"']", 1),
    (_COMMON, 2),
)


def signs(text: str) -> int:
    """Count promptfoo's signs of HTML; a document type and a common element count twice."""
    whole = text.encode(errors="replace").decode()  # once, not for each pattern: half surrogate pairs are slow
    return sum(weight for pattern, weight in _SIGNS if patterns.found(pattern, whole))


class _Reading:
    """What is open while a text is read from its start to its end."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.counts: Counter[str] = Counter()
        self.is_recognised = False

    @property
    def takes_text(self) -> bool:
        return bool(self.opened) and self.opened[-1] not in _WITHOUT_TEXT

    def read(self, tag: markup.Tag, name: str) -> None:
        self.is_recognised |= name in ELEMENTS or "-" in name
        if not tag.closes and not tag.is_empty and name not in VOID:
            self.opened.append(name)
            self.counts[name] += 1
        elif tag.closes and self.counts[name]:
            while (last := self.opened.pop()) != name:
                self.counts[last] -= 1
            self.counts[name] -= 1


def flaw(text: str) -> str | None:
    """Tell why the whole text is not HTML, or None."""
    text = text.strip()
    if not text:
        return "the output is empty"
    if text[:5].lower() == "<?xml":
        return "the output is XML"
    reading, position = _Reading(), 0
    while position < len(text):
        piece = next(markup.pieces(text, position), None)
        between = text[position : piece.start if piece else len(text)]
        if not reading.takes_text and between.strip():
            return f"text outside of elements: {judgement.quoted(between.strip())}"
        position = piece.end if piece else len(text)
        if isinstance(piece, markup.Tag):
            name = piece.name.lower()
            reading.read(piece, name)
            if name in _RAW and not piece.closes and not piece.is_empty:
                end = _RAW[name].search(text, position)
                position = end.start() if end else len(text)
    if not reading.is_recognised:
        return "no HTML element"
    unclosed = [name for name in reading.opened if name not in CLOSED_BY_OTHERS]
    return f"not closed: {judgement.listed(unclosed)}" if unclosed else None
