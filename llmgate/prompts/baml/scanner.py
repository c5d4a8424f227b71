"""The text of a BAML file → its tokens, in linear time; comments are none.

https://docs.boundaryml.com/ref/baml/general-baml-syntax/string
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

_NEXT = re.compile(
    r"(?P<space>\s+)|(?P<comment>//[^\n]*)|(?P<block>#{1,20}\")|(?P<quote>\")|(?P<word>\w(?:[\w.]|-(?=\w))*)|(?P<mark>->|.)",
    re.DOTALL,
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r"}


class Kind(StrEnum):
    WORD = "word"
    MARK = "mark"
    TEXT = "text"
    BLOCK = "block"


class Token(NamedTuple):
    """One token: `text` is a string's value, `line` where it begins, `start` and `end` its place in the file."""

    kind: Kind
    text: str
    line: int
    start: int
    end: int

    def is_mark(self, marks: str) -> bool:
        return self.kind is Kind.MARK and self.text in marks

    @property
    def normal(self) -> str:
        """Write the token in one way, whatever kind of quotes it has."""
        return json.dumps(self.text, ensure_ascii=False) if self.kind in (Kind.TEXT, Kind.BLOCK) else self.text


class Unended(Exception):
    """A string has no end."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def tokens(source: str) -> Iterator[Token]:
    """Yield the tokens in order; raises Unended."""
    position, line = 0, 1
    while found := _NEXT.match(source, position):
        start, end = position, found.end()
        if found.lastgroup == "block":
            end, text = _block(source, end, found.group(), line)
            yield Token(Kind.BLOCK, text, line, start, end)
        elif found.lastgroup == "quote":
            end, text = _quoted(source, start, line)
            yield Token(Kind.TEXT, text, line, start, end)
        elif found.lastgroup in ("word", "mark"):
            yield Token(Kind(found.lastgroup), found.group(), line, start, end)
        line += source.count("\n", start, end)
        position = end


def _block(source: str, start: int, opening: str, line: int) -> tuple[int, str]:
    closing = opening[::-1]
    end = source.find(closing, start)
    if end < 0:
        raise Unended(line)
    return end + len(closing), source[start:end]


def _quoted(source: str, start: int, line: int) -> tuple[int, str]:
    match = _QUOTED.match(source, start)
    if match is None:
        raise Unended(line)
    return match.end(), _ESCAPE.sub(lambda found: _SINGLE.get(found[1], found[1]), match[1])
