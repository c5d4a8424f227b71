"""Texts and the tags between them, in Mustache and Handlebars → the same without the lines that tags take away.

A tag that prints nothing and stands alone on its line takes the line with it.
https://github.com/mustache/spec (sections, partials, comments), https://handlebarsjs.com/guide/expressions.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    PRINT = "print"
    RAW = "raw"
    OPEN = "open"
    INVERSE = "inverse"
    ELSE = "else"
    CLOSE = "close"
    PARTIAL = "partial"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag: what stands in it, on which line, and whether a `~` takes the white space before or after it."""

    kind: Kind
    what: str
    line: int
    before: bool = False
    after: bool = False
    indent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A template in pieces: each tag stands between two texts, which may be empty."""

    texts: tuple[str, ...]
    tags: tuple[Tag, ...]


class Unreadable(Exception):
    """A text is no template of its syntax: the line and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


_SILENT = frozenset({Kind.OPEN, Kind.INVERSE, Kind.ELSE, Kind.CLOSE, Kind.PARTIAL, Kind.COMMENT})
_REST_OF_LINE = re.compile(r"[ \t]*+(?:\n|\Z)")


def trimmed(tagged: Tagged) -> Tagged:
    """Take away the lines of tags that stand alone, and the white space that a `~` stands beside."""
    texts, tags = list(tagged.texts), list(tagged.tags)
    starts, ends = [0] * len(texts), [len(text) for text in texts]
    for place, tag in enumerate(tagged.tags):
        indent = _indent(tagged, place) if tag.kind in _SILENT else None
        if indent is not None and (rest := _rest(tagged, place)) is not None:
            ends[place] -= len(indent)
            starts[place + 1] = rest
            if tag.kind is Kind.PARTIAL:
                tags[place] = replace(tag, indent=indent)
    texts = [text[start : max(start, end)] for text, start, end in zip(texts, starts, ends, strict=True)]
    for place, tag in enumerate(tags):
        texts[place] = texts[place].rstrip() if tag.before else texts[place]
        texts[place + 1] = texts[place + 1].lstrip() if tag.after else texts[place + 1]
    return Tagged(texts=tuple(texts), tags=tuple(tags))


def _indent(tagged: Tagged, place: int) -> str | None:
    """Return what stands before a tag on its line, where that is blank."""
    before = tagged.texts[place]
    start = before.rfind("\n") + 1
    if start == 0 and place > 0:
        return None
    indent = before[start:]
    return None if indent.strip(" \t") else indent


def _rest(tagged: Tagged, place: int) -> int | None:
    """Return how much of the text after a tag is the blank rest of its line."""
    after = tagged.texts[place + 1]
    match = _REST_OF_LINE.match(after)
    if match is None or (not match.group().endswith("\n") and place + 1 < len(tagged.tags)):
        return None
    return match.end()


def indented(text: str, indent: str) -> str:
    """Put a partial's indentation before each of its lines."""
    return re.sub(r"^(?=[^\n])", indent, text, flags=re.MULTILINE) if indent else text


def joined(texts: Sequence[str], tags: Sequence[Tag]) -> Tagged:
    return Tagged(texts=tuple(texts), tags=tuple(tags))
