"""JSON text → plain values and their lines: the standard library builds the values, one pass over its pieces the lines.

The pass reads text that is already known to be JSON, so it need not be a parser; it also finds what the standard
library lets through: repeated keys, `NaN`, numbers without end, halves of characters.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from llmgate.catalogue import Id
from llmgate.documents.document import MAX_DEPTH, MAX_NUMBER_CHARS, Pointer, Refused, quoted

MAX_NODES = 150_000

# A string without its end takes all the rest, so that a text full of quotes is still read in one pass.
_STRING = r'"(?:[^"\\]|\\.)*+"?'
_BRACKET = re.compile(rf"{_STRING}|[\[\]{{}}]", re.DOTALL)
_PIECE = re.compile(rf"{_STRING}|[\[\]{{}},]|[^\s\[\]{{}},:\"]+", re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})


def read(text: str) -> tuple[Any, dict[Pointer, int]]:
    """Parse one value.

    Raises:
        Refused: at the line of the first thing that is not JSON, or not read.
    """
    _bound_depth(text)
    try:
        value = json.loads(text, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise Refused(error.lineno, f"not JSON: {error.msg}", "correct it", id="malformed-file") from error
    pass_ = _Pass(text=text)
    pass_.run()
    return value, pass_.lines


def _bound_depth(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket.group(), 0)
        if depth > MAX_DEPTH:
            line = text.count("\n", 0, bracket.start()) + 1
            raise Refused(line, f"nested deeper than {MAX_DEPTH} levels", "flatten it", id="too-large")


def _integer(text: str) -> int:
    return int(text) if len(text) <= MAX_NUMBER_CHARS else 0  # refused by the pass, which knows the line


@dataclass(slots=True, kw_only=True)
class _Open:
    """A list or mapping that has not ended; `at` is the index or key of its present value."""

    pointer: Pointer
    at: int | str | None
    keys: set[str] | None


@dataclass(slots=True, kw_only=True)
class _Pass:
    text: str
    lines: dict[Pointer, int] = field(default_factory=dict)
    opened: list[_Open] = field(default_factory=list)
    line: int = 1
    nodes: int = 0

    def run(self) -> None:
        seen = 0
        for match in _PIECE.finditer(self.text):
            self.line += self.text.count("\n", seen, match.start())
            seen = match.start()
            self._piece(match.group())

    def _piece(self, piece: str) -> None:
        inner = self.opened[-1] if self.opened else None
        if piece in ("]", "}"):
            self.opened.pop()
        elif piece == "," and inner:
            inner.at = inner.at + 1 if isinstance(inner.at, int) else None
        elif inner and inner.keys is not None and inner.at is None:
            inner.at = self._key(piece, inner.pointer, inner.keys)
        else:
            self._value(piece, (*inner.pointer, inner.at) if inner and inner.at is not None else ())

    def _key(self, piece: str, pointer: Pointer, keys: set[str]) -> str:
        key = str(json.loads(piece))
        self._check_text(piece, key)
        if key in keys:
            raise self._refused(f"the key {quoted(key)} is repeated", "keep one of them", id="used-twice")
        keys.add(key)
        self.lines[*pointer, key] = self.line
        return key

    def _value(self, piece: str, pointer: Pointer) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refused(f"more than {MAX_NODES} values in one file", "split the file", id="too-large")
        self.lines.setdefault(pointer, self.line)
        match piece[0]:
            case "[":
                self.opened.append(_Open(pointer=pointer, at=0, keys=None))
            case "{":
                self.opened.append(_Open(pointer=pointer, at=None, keys=set()))
            case '"':
                self._check_text(piece, None)
            case _:
                self._check_number(piece)

    def _check_text(self, piece: str, text: str | None) -> None:
        if not _HALF.search(piece):
            return
        try:
            (json.loads(piece) if text is None else text).encode()
        except UnicodeEncodeError as error:
            raise self._refused(
                "half a character: a surrogate without its other half", "write both halves", id="malformed-file"
            ) from error

    def _check_number(self, piece: str) -> None:
        if piece in _NOT_FINITE:
            raise self._refused(f"{piece} is not a number in JSON", "write a number", id="out-of-range")
        if piece in ("true", "false", "null"):
            return
        if len(piece) > MAX_NUMBER_CHARS:
            raise self._refused(f"a number of {len(piece)} characters", "write it as text", id="out-of-range")
        if not math.isfinite(float(piece)):
            raise self._refused(f"{piece} is too large for a number", "write a smaller number", id="out-of-range")

    def _refused(self, message: str, remedy: str, *, id: Id) -> Refused:
        return Refused(self.line, message, remedy, id=id)
