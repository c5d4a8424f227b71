"""YAML, JSON and TOML text from a pull request → plain values that know their line numbers, or faults.

Hostile input is refused before it is built: no anchors, aliases, merge keys or tags, no repeated keys, bounded size,
depth and number of nodes, finite numbers only.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from llmgate.errors import ConfigurationError, Fault

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 30_000
MAX_NUMBER_CHARS = 400

Pointer = tuple[str | int, ...]

# The YAML 1.2 core schema, https://yaml.org/spec/1.2.2/#103-core-schema: `no`, `on` and 1:30 stay text.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file. `lines` maps the pointers that the parser saw to 1-based lines."""

    path: str
    value: Any
    lines: dict[Pointer, int] = field(default_factory=dict)

    def line(self, pointer: Sequence[str | int]) -> int:
        """The line of the value at `pointer`, or of its nearest ancestor that is in the file."""
        known = tuple(pointer)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def fault(self, pointer: Sequence[str | int], message: str, remedy: str = "") -> Fault:
        return Fault(file=self.path, line=self.line(pointer), message=message, remedy=remedy)


def read(path: str, data: bytes) -> Document:
    """Parse by the file's ending: `.json`, `.toml`, otherwise YAML.

    Raises:
        ConfigurationError: with the file, the line and the remedy.
    """
    if len(data) > MAX_BYTES:
        raise _refusal(path, 1, f"the file has {len(data)} bytes; at most {MAX_BYTES} are read", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(path, line, "the file is not UTF-8", "save it as UTF-8") from error
    if path.endswith(".json"):
        return _read_json(path, text)
    if path.endswith(".toml"):
        return _read_toml(path, text)
    return _read_yaml(path, text)


def faults(document: Document, error: ValidationError, *, prefix: Pointer = ()) -> Iterator[Fault]:
    """Turn a model's complaints into faults with lines; names of union branches in the location are left out."""
    for item in error.errors(include_url=False, include_input=False):
        pointer = _real(document.value, (*prefix, *item["loc"]))
        name = ".".join(str(piece) for piece in pointer[len(prefix) :]) or "the document"
        message, remedy = _words(item["type"], item["msg"], name)
        yield document.fault(pointer, message, remedy)


def _words(kind: str, message: str, name: str) -> tuple[str, str]:
    match kind:
        case "extra_forbidden":
            return f"unknown key {name!r}", "remove it, or correct its spelling"
        case "missing":
            return f"{name!r} is missing", "add it"
        case "finite_number":
            return f"{name!r} must be a finite number", "write a number"
        case _:
            return f"{name!r}: {message.removeprefix('Value error, ')}", ""


def _real(value: Any, location: Pointer) -> Pointer:
    """Drop the pieces of a pydantic location that name a union branch instead of a key of the file."""
    real: list[str | int] = []
    for position, piece in enumerate(location):
        last = position == len(location) - 1
        if isinstance(value, dict) and (piece in value or last):
            value = value.get(piece)
        elif isinstance(value, list) and isinstance(piece, int) and piece < len(value):
            value = value[piece]
        elif not (last and not isinstance(value, (dict, list)) and not real):
            continue
        real.append(piece)
    return tuple(real)


def _refusal(path: str, line: int, message: str, remedy: str) -> ConfigurationError:
    return ConfigurationError([Fault(file=path, line=line, message=message, remedy=remedy)])


def _read_json(path: str, text: str) -> Document:
    if _deeper_than(text, MAX_DEPTH):
        raise _refusal(path, 1, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_integer, parse_float=_number
        )
    except json.JSONDecodeError as error:
        raise _refusal(path, error.lineno, f"not JSON: {error.msg}", "correct it") from error
    except ValueError as error:
        raise _refusal(path, 1, str(error), "correct it") from error
    return Document(path=path, value=value)


def _deeper_than(text: str, limit: int) -> bool:
    depth = 0
    for bracket in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket.group(), 0)
        if depth > limit:
            return True
    return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError(f"the key {key!r} is repeated")
        seen[key] = value
    return seen


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a number in JSON")


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER_CHARS:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is not a finite number")
    return value


def _read_toml(path: str, text: str) -> Document:
    if text.count("[") > MAX_NODES or _deeper_than(text, MAX_DEPTH * 4):
        raise _refusal(path, 1, "nested too deeply", "flatten it")
    try:
        value = tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place.group(1)) if place else 1
        raise _refusal(path, line, f"not TOML: {error}", "correct it") from error
    except ValueError as error:
        raise _refusal(path, 1, f"not TOML: {error}", "correct it") from error
    return Document(path=path, value=json.loads(json.dumps(value, default=str)))


def _read_yaml(path: str, text: str) -> Document:
    reader = YAML(typ="safe", pure=True)
    try:
        builder = _Builder(path=path, events=iter(reader.parse(text)))
        return Document(path=path, value=builder.document(), lines=builder.lines)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _refusal(path, line, f"not YAML: {error.problem or error.context}", "correct it") from error
    except (YAMLError, RecursionError) as error:
        raise _refusal(path, 1, f"not YAML: {type(error).__name__}", "correct it") from error


@dataclass(slots=True, kw_only=True)
class _Builder:
    """Builds values from parser events, so that nothing hostile is ever expanded."""

    path: str
    events: Iterator[Event]
    lines: dict[Pointer, int] = field(default_factory=dict)
    nodes: int = 0

    def document(self) -> Any:
        value: Any = None
        seen = False
        for event in self.events:
            if not isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
                continue
            if seen:
                raise self._refuse(event, "a second YAML document in the file", "keep one document in a file")
            value, seen = self._value(event, ()), True
        return value

    def _value(self, event: Event, pointer: Pointer) -> Any:
        self._guard(event, pointer)
        self.lines.setdefault(pointer, event.start_mark.line + 1)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
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
            if not isinstance(event, ScalarEvent):
                raise self._refuse(event, "a key that is not text", "write a plain key")
            key = event.value
            if key == "<<" and event.style is None:
                raise self._refuse(event, "a merge key", "write the keys out")
            if key in items:
                raise self._refuse(event, f"the key {key!r} is repeated", "keep one of them")
            self.lines[(*pointer, key)] = event.start_mark.line + 1
            items[key] = self._value(next(self.events), (*pointer, key))
        return items

    def _guard(self, event: Event, pointer: Pointer) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refuse(event, f"more than {MAX_NODES} values in one file", "split the file")
        if len(pointer) > MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._refuse(event, "an anchor or alias", "write the value out")
        if getattr(event, "ctag", None) is not None:
            raise self._refuse(event, f"the tag {event.tag}", "write a plain value")

    def _scalar(self, event: ScalarEvent) -> Any:
        text = event.value
        if event.style is not None or not event.implicit[0]:
            return text
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        return text if len(text) > MAX_NUMBER_CHARS else self._number_or_text(event, text)

    def _number_or_text(self, event: ScalarEvent, text: str) -> int | float | str:
        if _NOT_FINITE.fullmatch(text):
            raise self._refuse(event, f"{text} is not a finite number", "write a number")
        if _INT.fullmatch(text):
            return int(text)
        if _OCTAL_OR_HEX.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return self._finite(event, float(text))
        return text

    def _finite(self, event: ScalarEvent, value: float) -> float:
        if not math.isfinite(value):
            raise self._refuse(event, f"{event.value} is too large for a number", "write a smaller number")
        return value

    def _refuse(self, event: Event, message: str, remedy: str) -> ConfigurationError:
        return _refusal(self.path, event.start_mark.line + 1, message, remedy)
