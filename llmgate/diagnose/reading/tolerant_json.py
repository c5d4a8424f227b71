"""Text that was to be JSON and is not quite → the value that was meant, and whether its end is missing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

MAX_DEPTH = 64
MAX_CHARS = 100_000
MAX_NUMBER_CHARS = 300

_BLANK = re.compile(r"(?:\s+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_CURLY = re.compile("\u201c([^\u201d]*+)\u201d")
_BARE = re.compile(r"[A-Za-z_$][\w$-]*+")
_NUMBER = re.compile(r"[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS: Final[dict[str, JsonValue]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "None", "NULL", "undefined", "NaN")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A value, whether the text ended before it did, and where the text goes on."""

    value: JsonValue
    truncated: bool
    end: int


class _NoJson(Exception):
    pass


def read(text: str) -> Meant | None:
    """Read the first object or array as leniently as can be; None where that is none either.

    Taken are trailing and missing commas, single and curly quotes, bare keys, comments, Python's words, line breaks in
    texts, and an end that is missing. Linear in the text.
    """
    start = re.search(r"[{\[]", text)
    if start is None or len(text) > MAX_CHARS:
        return None
    reader = _Reader(text=text, at=start.start())
    try:
        value = reader.value(0)
    except _NoJson:
        return None
    return Meant(value=value, truncated=reader.truncated, end=reader.at)


@dataclass(slots=True, kw_only=True)
class _Reader:
    text: str
    at: int
    truncated: bool = field(default=False)

    def value(self, depth: int) -> JsonValue:
        if depth > MAX_DEPTH:
            raise _NoJson
        match self.next():
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
            case '"' | "'" | "\u201c":
                return self._string()
            case _:
                return self._scalar()

    def next(self) -> str:
        """Skip blanks; return the next character, or nothing at the end."""
        if blank := _BLANK.match(self.text, self.at):
            self.at = blank.end()
        return self.text[self.at : self.at + 1]

    def _object(self, depth: int) -> JsonValue:
        found: dict[str, JsonValue] = {}
        self.at += 1
        while not self._closed("}"):
            key = self._key()
            if self.truncated or not self._passes(":"):
                break
            if not self.next():
                self.truncated = True
                break
            found[key] = self.value(depth + 1)
            if self.truncated:
                break
            self._passes(",")
        return found

    def _array(self, depth: int) -> JsonValue:
        found: list[JsonValue] = []
        self.at += 1
        while not self._closed("]"):
            found.append(self.value(depth + 1))
            if self.truncated:
                break
            self._passes(",")
        return found

    def _closed(self, bracket: str) -> bool:
        following = self.next()
        if not following:
            self.truncated = True
            return True
        if following == bracket:
            self.at += 1
            return True
        if following in "}]":
            raise _NoJson
        return False

    def _passes(self, mark: str) -> bool:
        """Skip a mark, which may be missing where a value follows; at the end of the text, more than it is missing."""
        following = self.next()
        if following == mark:
            self.at += 1
            return True
        if not following:
            self.truncated = True
        elif mark == ":" and following in ",}]":
            raise _NoJson
        return mark == ":" and not self.truncated

    def _key(self) -> str:
        if self.next() in {'"', "'", "\u201c"}:
            return self._string()
        if (bare := _BARE.match(self.text, self.at)) is None:
            raise _NoJson
        self.at = bare.end()
        return bare.group()

    def _string(self) -> str:
        pattern = {'"': _DOUBLE, "'": _SINGLE}.get(self.text[self.at], _CURLY)
        whole = pattern.match(self.text, self.at)
        if whole is None:
            self.truncated = True
            written, self.at = self.text[self.at + 1 :], len(self.text)
        else:
            written, self.at = whole[1], whole.end()
        return _ESCAPE.sub(_meant, written)

    def _scalar(self) -> JsonValue:
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return _number(number.group())
        if (bare := _BARE.match(self.text, self.at)) is None:
            raise _NoJson
        self.at = bare.end()
        word = bare.group()
        if word in _WORDS:
            return _WORDS[word]
        if not self.next() and any(known.startswith(word) for known in _WORDS):
            self.truncated = True
            return None
        raise _NoJson


def _number(text: str) -> JsonValue:
    if len(text) > MAX_NUMBER_CHARS:
        raise _NoJson
    plain = text.lstrip("+")
    try:
        found: JsonValue = json.loads(plain)
    except ValueError:
        found = float(plain)
    if isinstance(found, float) and found in {float("inf"), float("-inf")}:
        raise _NoJson
    return found


def _meant(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)
