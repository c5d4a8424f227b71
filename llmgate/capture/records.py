"""Files of JSON lines, or of whole JSON documents → Records one by one, each to be found again by its place.

Lines are read as they are needed, so that a file may be larger than memory; a document is held as text, and the items
of its outermost list are parsed one by one.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Generic, Protocol, TypeVar

from pydantic import JsonValue

from llmgate.capture.span import Record
from llmgate.documents import MAX_NUMBER_CHARS

MAX_LINE_BYTES = 32 * 1024 * 1024
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 100
KEPT_BYTES = 16 * 1024 * 1024
KEPT_RECORDS = 4  # however large: a page of an API, and those with the feedback on it

Read = TypeVar("Read")

_BLANK = " \t\r\n"
_MIB = 1024 * 1024
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(Exception):
    """A record that is not JSON that llmgate reads; the message tells why, without its content."""

    def __init__(self, line: int, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its first line, where it begins, in the unit of its source, and its size in bytes."""

    line: int
    start: int
    size: int


class Source(Protocol):
    """One file."""

    name: str

    def places(self) -> Iterator[Place | Unreadable]:
        """Find every record, in order, without reading more than one at a time."""
        ...

    def record(self, place: Place) -> Record:
        """Parse a record.

        Raises:
            Unreadable: where it is not JSON that llmgate reads.
        """
        ...


def opened(name: str, stream: IO[bytes]) -> Source:
    """Tell whether a file has a value on each line or is one document, by its beginning.

    Raises:
        Unreadable: where it is a document that is too large, or not text.
    """
    stream.seek(0)
    if stream.read(2) == b"\x1f\x8b":
        raise Unreadable(1, "compressed with gzip", "unpack it with `gunzip`")
    stream.seek(0)
    first = b""
    while not first.strip() and (line := stream.readline(MAX_LINE_BYTES + 1)):
        first = line
    lines = Lines(name=name, stream=stream)
    stripped = first.removeprefix(b"\xef\xbb\xbf").strip()
    if not stripped.startswith(b"[") and (len(first) > MAX_LINE_BYTES or _is_json(stripped)):
        return lines
    second = stream.readline(MAX_LINE_BYTES + 1).strip()
    if second.startswith(b"{") and _is_json(second):
        return lines  # the first line is broken: the others need not be lost with it
    stream.seek(0, io.SEEK_END)
    if (size := stream.tell()) > MAX_DOCUMENT_BYTES:
        raise Unreadable(
            1,
            f"one JSON document of {size // _MIB} MiB; at most {MAX_DOCUMENT_BYTES // _MIB} MiB are read",
            "split it, or write JSON lines",
        )
    stream.seek(0)
    try:
        return Document(name=name, text=stream.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(1, "not UTF-8", "name a file of JSON lines or JSON in UTF-8") from error


def _is_json(line: bytes) -> bool:
    try:
        decode(line, 1)
    except Unreadable:
        return False
    return True


@dataclass(slots=True, kw_only=True)
class Lines:
    """A value on each line; a place begins at a byte."""

    name: str
    stream: IO[bytes]

    def places(self) -> Iterator[Place | Unreadable]:
        start, number = 0, 0
        while True:
            self.stream.seek(start)
            line = self.stream.readline(MAX_LINE_BYTES + 1)
            if not line:
                return
            number += 1
            if len(line) > MAX_LINE_BYTES:
                size = len(line) + self._rest()
                yield Unreadable(number, f"a line of {size // _MIB} MiB; at most {MAX_LINE_BYTES // _MIB} MiB are read")
                start += size
                continue
            if line.strip():
                yield Place(number, start, len(line))
            start += len(line)

    def _rest(self) -> int:
        """Pass over the rest of a line, a piece at a time."""
        size = 0
        while piece := self.stream.readline(_MIB):
            size += len(piece)
            if piece.endswith(b"\n"):
                break
        return size

    def record(self, place: Place) -> Record:
        self.stream.seek(place.start)
        line = self.stream.read(place.size).removeprefix(b"\xef\xbb\xbf").strip()
        return Record(file=self.name, line=place.line, value=decode(line, place.line))


@dataclass(slots=True, kw_only=True)
class Document:
    """One or more values, each over any number of lines; a place begins at a character. Lists are taken apart."""

    name: str
    text: str

    def places(self) -> Iterator[Place | Unreadable]:
        at, line, counted, depth = 0, 1, 0, 0
        while (at := self._after(at, _BLANK + ("," if depth else ""))) < len(self.text):
            line, counted = line + self.text.count("\n", counted, at), at
            if self.text[at] == "[" and depth == 0:
                at, depth = at + 1, 1
            elif self.text[at] == "]" and depth == 1:
                at, depth = at + 1, 0
            else:
                try:
                    _, end = _DECODER.raw_decode(self.text, at)
                except (ValueError, RecursionError) as error:
                    yield _unreadable(error, 1 if isinstance(error, json.JSONDecodeError) else line)
                    return
                yield Place(line, at, end - at)
                at = end
        if depth:
            yield Unreadable(line, "not JSON: the list has no end")

    def _after(self, at: int, passed: str) -> int:
        while at < len(self.text) and self.text[at] in passed:
            at += 1
        return at

    def record(self, place: Place) -> Record:
        text = self.text[place.start : place.start + place.size]
        return Record(file=self.name, line=place.line, value=decode(text, place.line))


def decode(data: bytes | str, line: int = 1) -> JsonValue:
    """Parse one value: finite numbers only, of bounded length; the depth is bounded too.

    Raises:
        Unreadable: with the line, counted from `line`.
    """
    try:
        text = data.decode() if isinstance(data, bytes) else data
        value: JsonValue = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(error, line) from error
    if deeper(value, MAX_DEPTH):
        raise Unreadable(line, f"nested deeper than {MAX_DEPTH} levels")
    return _mended(value) if _HALF.search(text) else value


def _mended(value: JsonValue) -> JsonValue:
    """Put a mark in the place of half a character, as programs leave them that cut texts short."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    mended: JsonValue = json.loads(text)
    return mended


def deeper(value: JsonValue, limit: int) -> bool:
    """Tell whether a value is nested deeper than `limit` lists and objects."""
    level: list[JsonValue] = [value]
    for _ in range(limit):
        inner: list[JsonValue] = []
        for item in level:
            if isinstance(item, dict):
                inner += [each for each in item.values() if isinstance(each, dict | list)]
            elif isinstance(item, list):
                inner += [each for each in item if isinstance(each, dict | list)]
        if not inner:
            return False
        level = inner
    return True


def _unreadable(error: Exception, line: int) -> Unreadable:
    match error:
        case json.JSONDecodeError():
            return Unreadable(line + error.lineno - 1, f"not JSON: {error.msg} (column {error.colno})")
        case UnicodeDecodeError():
            return Unreadable(line, "not UTF-8")
        case RecursionError():
            return Unreadable(line, f"nested deeper than {MAX_DEPTH} levels")
        case _:
            return Unreadable(line, f"not JSON that is read: {error}")


def _integer(digits: str) -> int:
    if len(digits) > MAX_NUMBER_CHARS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number without end")
    return number


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_finite, parse_constant=_constant)


@dataclass(slots=True)
class Recent(Generic[Read]):
    """The last things that were read, up to `KEPT_BYTES` of records, and always the last few.

    The records of a trace are mostly near each other, and one record, as a page of an API, may have those of many.
    """

    kept: OrderedDict[int, tuple[int, Read]] = field(default_factory=OrderedDict)
    size: int = 0

    def read(self, row: int, size: int, read: Callable[[], Read]) -> Read:
        """Return what was read of a record, or read it; `size` is the record's, in bytes."""
        if row in self.kept:
            self.kept.move_to_end(row)
            return self.kept[row][1]
        value = read()
        self.kept[row] = (size, value)
        self.size += size
        while len(self.kept) > KEPT_RECORDS and self.size > KEPT_BYTES:
            _, (gone, _) = self.kept.popitem(last=False)
            self.size -= gone
        return value
