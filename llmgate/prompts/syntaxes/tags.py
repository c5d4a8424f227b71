"""Texts and the tags between them, in Mustache and Handlebars → the same without the lines that tags take away.

A tag that prints nothing and stands alone on its line takes the line with it.
https://github.com/mustache/spec (sections, partials, comments), https://handlebarsjs.com/guide/expressions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    chained = _chained(tagged.tags)
    for place, tag in enumerate(tagged.tags):
        looked_at = chained.get(place, [place])[0]
        indent = _indent(tagged, looked_at) if tag.kind in _SILENT else None
        if indent is None or (rest := _rest(tagged, place)) is None:
            continue
        starts[place + 1] = rest
        ends[place] -= 0 if place in chained else len(indent)
        if tag.kind is Kind.PARTIAL and not tag.before and not _is_gone(tagged, place):
            tags[place] = replace(tag, indent=indent)
    texts = [text[start : max(start, end)] for text, start, end in zip(texts, starts, ends, strict=True)]
    for place, tag in enumerate(tags):
        for before in chained.get(place, [place]):
            texts[before] = texts[before].rstrip() if tag.before else texts[before]
        texts[place + 1] = texts[place + 1].lstrip() if tag.after else texts[place + 1]
    return Tagged(texts=tuple(texts), tags=tuple(tags))


def _chained(tags: Sequence[Tag]) -> dict[int, list[int]]:
    """Find the tags that close a block with `{{else if …}}`, and for each the tags that end its other branches.

    Handlebars looks at the end of the first of these branches to tell whether the closing tag stands alone, leaves the
    white space before it, and lets its `~` act on the ends of them all.
    """
    return {turns[-1]: turns[1:] for turns in _blocks(tags) if len(turns) > 1 and tags[turns[0]].what}


def _blocks(tags: Sequence[Tag]) -> Iterator[list[int]]:
    """Yield for each block the places of its `{{else}}` tags and of the tag that closes it."""
    open_blocks: list[list[int]] = []
    for place, tag in enumerate(tags):
        match tag.kind:
            case Kind.OPEN | Kind.INVERSE:
                open_blocks.append([])
            case Kind.ELSE if open_blocks:
                open_blocks[-1].append(place)
            case Kind.CLOSE if open_blocks:
                yield [*open_blocks.pop(), place]
            case _:
                pass


def unclear(tagged: Tagged) -> int:
    """Return the line of a `~` in a chain of `{{else if …}}` with further branches, or 0.

    What it takes away there follows from the way in which Handlebars walks its tree, and is not imitated.
    """
    for turns in _blocks(tagged.tags):
        chain = [tagged.tags[place] for place in turns]
        if len(chain) > 2 and chain[0].what and any(tag.before or tag.after for tag in chain):
            return chain[0].line
    return 0


def _is_gone(tagged: Tagged, place: int) -> bool:
    """Tell whether a `~` takes away all that stands before a partial; that of a block's beginning acts too late."""
    last = tagged.tags[place - 1] if place else None
    begins = last and last.kind in (Kind.OPEN, Kind.INVERSE, Kind.ELSE)
    return bool(last and last.after and not begins) and not tagged.texts[place].strip()


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
