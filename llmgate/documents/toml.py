"""TOML text → plain values and their lines: dates become text; the lines are those on which keys and tables begin."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from llmgate.catalogue import Id
from llmgate.documents.document import MAX_DEPTH, MAX_NUMBER_CHARS, Pointer, Refused

MAX_NODES = 50_000
MAX_CHARS = 256 * 1024  # the standard library reads 1 MiB of tables in 5 s

_PART = r"""(?:(?<![\w-])[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOT = r"[ \t]*+\.[ \t]*+"
_KEY = re.compile(rf"{_PART}(?:{_DOT}{_PART})*+")
_LINE = re.compile(rf"[ \t]*+(?P<open>\[\[?+)?[ \t]*+(?P<key>{_KEY.pattern})[ \t]*+(?P<end>=|\])")
_LONG_KEY = re.compile(rf"{_PART}(?:{_DOT}{_PART}){{{MAX_DEPTH}}}")
_PLACE = re.compile(r"at line (\d+)")
_MAX_BITS = int(MAX_NUMBER_CHARS * math.log2(10))


def read(text: str) -> tuple[Any, dict[Pointer, int]]:
    """Parse one file.

    Raises:
        Refused: at the line of the first thing that is not TOML, or near what is not read.
    """
    if len(text) > MAX_CHARS:
        raise Refused(
            1, f"the file has {len(text)} characters; at most {MAX_CHARS} are read of TOML", "split it", id="too-large"
        )
    if long := _LONG_KEY.search(text):  # the standard library takes quadratic time and memory over a dotted key
        line = text.count("\n", 0, long.start()) + 1
        raise Refused(
            line, f"a key of more than {MAX_DEPTH} parts", "flatten it, or put the dots in quotes", id="too-large"
        )
    lines = _lines(text)
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        raise Refused(line, f"not TOML: {error}", "correct it", id="malformed-file") from error
    except RecursionError as error:
        raise Refused(1, f"nested deeper than {MAX_DEPTH} levels", "flatten it", id="too-large") from error
    except ValueError as error:
        raise Refused(1, f"not TOML: {error}", "correct it", id="malformed-file") from error
    return _Plain(lines=lines).value(value, ()), lines


def _lines(text: str) -> dict[Pointer, int]:
    """Find where keys and tables begin, by the look of the lines: inside a text of several lines it can be misled."""
    lines: dict[Pointer, int] = {(): 1}
    table: Pointer = ()
    counts: dict[Pointer, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        match = _LINE.match(line)
        if match is None or bool(match["open"]) != (match["end"] == "]"):
            continue
        key = tuple(part.strip("\"'") for part in re.findall(_PART, match["key"]))
        if match["open"]:
            table = _table(key, counts, is_list=match["open"] == "[[")
            lines.setdefault(table, number)
        else:
            table_and_key: Pointer = (*table, *key)
            lines.setdefault(table_and_key, number)
    return lines


def _table(key: tuple[str, ...], counts: dict[Pointer, int], *, is_list: bool) -> Pointer:
    """Point to the table of a header; one that lies in a list of tables lies in the last of them."""
    pointer: Pointer = ()
    for position, part in enumerate(key):
        pointer = (*pointer, part)
        if is_list and position == len(key) - 1:
            counts[pointer] = counts.get(pointer, -1) + 1
        if pointer in counts:
            pointer = (*pointer, counts[pointer])
    return pointer


@dataclass(slots=True, kw_only=True)
class _Plain:
    """Copies values into what JSON knows, within bounds."""

    lines: dict[Pointer, int] = field(default_factory=dict)
    nodes: int = 0

    def value(self, value: Any, pointer: Pointer) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refused(pointer, f"more than {MAX_NODES} values in one file", "split the file", id="too-large")
        if len(pointer) > MAX_DEPTH:
            raise self._refused(pointer, f"nested deeper than {MAX_DEPTH} levels", "flatten it", id="too-large")
        if isinstance(value, dict):
            return {key: self.value(item, (*pointer, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, (*pointer, position)) for position, item in enumerate(value)]
        return self._scalar(value, pointer)

    def _scalar(self, value: Any, pointer: Pointer) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refused(pointer, "not a finite number", "write a number", id="out-of-range")
        if isinstance(value, int) and value.bit_length() > _MAX_BITS:
            raise self._refused(
                pointer, f"a number of more than {MAX_NUMBER_CHARS} digits", "write it as text", id="out-of-range"
            )
        return value if isinstance(value, (str, int, float)) else str(value)

    def _refused(self, pointer: Pointer, message: str, remedy: str, *, id: Id) -> Refused:
        known = pointer
        while known and known not in self.lines:
            known = known[:-1]
        return Refused(self.lines.get(known, 1), message, remedy, id=id)
