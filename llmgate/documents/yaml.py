"""YAML 1.2 text → plain values and their lines, from the parser's events, so that nothing hostile is ever expanded."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scanner import Scanner

from llmgate.documents.document import MAX_DEPTH, MAX_NUMBER_CHARS, Pointer, Refused, quoted

MAX_NODES = 30_000
MAX_LINES = 100_000

Read = Callable[[str], tuple[Any, dict[Pointer, int]]]

# The YAML 1.2 core schema, https://yaml.org/spec/1.2.2/#103-core-schema: `no`, `on` and 1:30 stay text. Here 010, 0o10
# and 0x10 stay text too: they are codes and hashes more often than numbers.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# Control characters, and what ends a line for the parser and not for the reviewer who reads the diff.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read(text: str) -> tuple[Any, dict[Pointer, int]]:
    """Parse one document.

    Raises:
        Refused: at the line of the first thing that is not YAML, or not read.
    """
    _look_over(text)
    reader = YAML(typ="safe", pure=True)
    reader.Scanner = _Scanner
    try:
        builder = _Builder(events=iter(reader.parse(text)))
        return builder.document(), builder.lines
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Refused(line, f"not YAML: {error.problem or error.context}", "correct it") from error
    except (YAMLError, RecursionError) as error:
        raise Refused(1, f"not YAML: {error}", "correct it") from error


def _look_over(text: str) -> None:
    if (lines := text.count("\n")) > MAX_LINES:
        raise Refused(1, f"the file has {lines} lines; at most {MAX_LINES} are read", "split it")
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        code = f"U+{ord(unseen.group()[0]):04X}"
        raise Refused(line, f"the control character {code}", "write it as an escape in double quotes")


class _Scanner(Scanner):
    """Refuses at the first character what is not read: a tag of 1 MiB would take the scanner 20 seconds."""

    def fetch_tag(self) -> NoReturn:
        self._refuse("a tag", "write a plain value, in quotes if it begins with '!'")

    def fetch_anchor(self) -> NoReturn:
        self._refuse("an anchor", "write the value out, in quotes if it begins with '&'")

    def fetch_alias(self) -> NoReturn:
        self._refuse("an alias", "write the value out, in quotes if it begins with '*'")

    def fetch_directive(self) -> NoReturn:
        self._refuse("a directive", "remove it: files are read as YAML 1.2")

    def fetch_double(self) -> None:
        line = self.reader.line + 1
        try:
            super().fetch_double()
        except (ValueError, OverflowError) as error:  # as of "\U00110000"
            raise Refused(line, "not YAML: an escape that names no character", "correct it") from error

    def _refuse(self, what: str, remedy: str) -> NoReturn:
        raise Refused(self.reader.line + 1, what, remedy)


@dataclass(slots=True, kw_only=True)
class _Builder:
    events: Iterator[Event]
    lines: dict[Pointer, int] = field(default_factory=dict)
    nodes: int = 0

    def document(self) -> Any:
        value: Any = None
        seen = False
        for event in self.events:
            if not isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent)):
                continue
            if seen:
                raise _refused(event, "a second YAML document in the file", "keep one document in a file")
            value, seen = self._value(event, ()), True
        return value

    def _value(self, event: Event, pointer: Pointer) -> Any:
        self._guard(event, pointer)
        self.lines.setdefault(pointer, _line(event))
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(pointer)
        return self._mapping(pointer)

    def _sequence(self, pointer: Pointer) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._value(event, (*pointer, len(items))))
        return items

    def _mapping(self, pointer: Pointer) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            self._guard(event, pointer)
            key = _key(event)
            if key in items:
                raise _refused(event, f"the key {quoted(key)} is repeated", "keep one of them")
            self.lines[*pointer, key] = _line(event)
            items[key] = self._value(next(self.events), (*pointer, key))
        return items

    def _guard(self, event: Event, pointer: Pointer) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _refused(event, f"more than {MAX_NODES} values in one file", "split the file")
        if len(pointer) > MAX_DEPTH:
            raise _refused(event, f"nested deeper than {MAX_DEPTH} levels", "flatten it")


def _key(event: Event) -> str:
    if not isinstance(event, ScalarEvent):
        raise _refused(event, "a key that is not text", "write a plain key")
    if event.value == "<<" and event.style is None:
        raise _refused(event, "a merge key", "write the keys out")
    return _text(event)


def _scalar(event: ScalarEvent) -> Any:
    if event.style is not None:
        return _text(event)
    text: str = event.value
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    return text if len(text) > MAX_NUMBER_CHARS else _number_or_text(event, text)


def _number_or_text(event: ScalarEvent, text: str) -> int | float | str:
    if _NOT_FINITE.fullmatch(text):
        raise _refused(event, f"{text} is not a finite number", "write a number, or put it in quotes")
    if _INT.fullmatch(text):
        return int(text)
    if not _FLOAT.fullmatch(text):
        return text
    if not math.isfinite(value := float(text)):
        raise _refused(event, f"{text} is too large for a number", "write a smaller number, or put it in quotes")
    return value


def _text(event: ScalarEvent) -> str:
    r"""Join what `"\ud83d\ude00"` spells as two halves, as JSON does; half a character alone is refused."""
    text: str = event.value
    if not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise _refused(event, "half a character: a surrogate without its other half", "write both halves") from error


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _refused(event: Event, message: str, remedy: str) -> Refused:
    return Refused(_line(event), message, remedy)
