"""Model output → JSON as RFC 8259 has it: what is valid, where it is, and its value, in linear time."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, Final

from pydantic import JsonValue

from llmgate.assertions import judgement
from llmgate.errors import CannotJudge

MAX_DEPTH = 64
MAX_NUMBER_CHARS = 400

_TOKEN = re.compile(
    r"""[ \t\n\r]*+(?:
        (\[) | (\{) | (\]) | (\}) | (,) | (:)
      | ("[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")
      | ((?:true|false|null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?))
    )""",
    re.VERBOSE,
)
_ARRAY, _OBJECT, _END_ARRAY, _END_OBJECT, _COMMA, _COLON, _STRING, _SCALAR = range(1, 9)
_OPENER = re.compile(r'\{[ \t\n\r]*+["}]|\[[ \t\n\r]*+[\[{\]"tfn0-9-]')
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]')


class _Want(IntEnum):
    """What may follow at a place in a document."""

    ITEM_OR_END = 0
    ITEM = 1
    COMMA_IN_ARRAY = 2
    KEY_OR_END = 3
    KEY = 4
    COLON = 5
    VALUE = 6
    COMMA_IN_OBJECT = 7


_OPEN: Final = {_ARRAY: _Want.ITEM_OR_END, _OBJECT: _Want.KEY_OR_END}
_ITEM: Final = {**_OPEN, _STRING: _Want.COMMA_IN_ARRAY, _SCALAR: _Want.COMMA_IN_ARRAY}
_VALUE: Final = {**_OPEN, _STRING: _Want.COMMA_IN_OBJECT, _SCALAR: _Want.COMMA_IN_OBJECT}
_CLOSED: Final = _Want.ITEM  # replaced by what the parent wants
_AFTER: Final[dict[_Want, dict[int, _Want]]] = {
    _Want.ITEM_OR_END: {**_ITEM, _END_ARRAY: _CLOSED},
    _Want.ITEM: _ITEM,
    _Want.COMMA_IN_ARRAY: {_COMMA: _Want.ITEM, _END_ARRAY: _CLOSED},
    _Want.KEY_OR_END: {_STRING: _Want.COLON, _END_OBJECT: _CLOSED},
    _Want.KEY: {_STRING: _Want.COLON},
    _Want.COLON: {_COLON: _Want.VALUE},
    _Want.VALUE: _VALUE,
    _Want.COMMA_IN_OBJECT: {_COMMA: _Want.KEY, _END_OBJECT: _CLOSED},
}


def flaw(text: str) -> str | None:
    """Tell why the whole text is not one JSON value, or None if it is one, however deep or large."""
    if text.lstrip().startswith("```"):
        return "the output is in a code fence"
    first = _TOKEN.match(text)
    if first is None:
        return f"no JSON value at character 0: {judgement.quoted(text[:30])}"
    if first.lastindex in (_STRING, _SCALAR):
        end, reached = first.end(), first.end()
    else:
        end, reached = _walk(text, first.end() - 1, {}, bytearray(len(text)))
    if end < 0:
        return f"not JSON from character {reached} on: {judgement.quoted(text[reached : reached + 30])}"
    if text[end:].strip(" \t\n\r"):
        return f"text after the JSON value, at character {end}: {judgement.quoted(text[end : end + 30])}"
    return None


def embedded(text: str) -> Iterator[str]:
    """Yield the outermost JSON objects in any text, and each outermost array before the objects in it.

    Every opening bracket is tried at most once, and at most two attempts ever cover the same character (of two that
    run on, one takes for a string what the other does not), so that the whole takes time linear in the text.
    """
    ends: dict[int, int] = {}
    tried = bytearray(len(text))
    cursor = array_end = 0
    while opener := _OPENER.search(text, cursor):
        start = opener.start()
        cursor = start + 1
        if not tried[start]:
            _walk(text, start, ends, tried)
        end = ends.get(start)
        if end is None:
            continue
        if text[start] == "{":
            cursor = end
        elif start < array_end:
            continue
        else:
            array_end = end
        yield text[start:end]


def build(text: str) -> JsonValue:
    """Turn valid JSON into its value.

    Raises:
        CannotJudge: if it is nested deeper than MAX_DEPTH or has a number that is too long or too large.
    """
    if _deeper_than(text, MAX_DEPTH):
        raise CannotJudge(f"the JSON is nested deeper than {MAX_DEPTH} levels", id="too-much-to-judge")
    value: JsonValue = json.loads(text, parse_int=_integer, parse_float=_number)
    return value


def canonical(value: JsonValue) -> str:
    """Text that is the same for equal JSON values: keys sorted, 1.0 and 1 alike, true and 1 apart."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def equal(one: JsonValue, other: JsonValue) -> bool:
    return canonical(one) == canonical(other)


def _walk(text: str, start: int, ends: dict[int, int], tried: bytearray) -> tuple[int, int]:
    """Follow the array or object that opens at `start`: its end or -1, and the place reached.

    Every container on the way is marked in `tried`, and its end noted in `ends` if it is valid.
    """
    match = _TOKEN.match
    opened: list[int] = []
    want = _Want.VALUE
    position = start
    while token := match(text, position):
        kind = token.lastindex or 0
        following = _AFTER[want].get(kind)
        if following is None:
            break
        want = following
        position = token.end()
        if kind <= _OBJECT:
            opened.append(position - 1)
            tried[position - 1] = 1
        elif kind <= _END_OBJECT:
            ends[opened.pop()] = position
            if not opened:
                return position, position
            want = _Want.COMMA_IN_ARRAY if text[opened[-1]] == "[" else _Want.COMMA_IN_OBJECT
    return -1, position


def _deeper_than(text: str, limit: int) -> bool:
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket.group(), 0)
        if depth > limit:
            return True
    return False


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER_CHARS:
        raise CannotJudge(
            f"the JSON has a number of {len(text)} digits; at most {MAX_NUMBER_CHARS} are read", id="too-much-to-judge"
        )
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise CannotJudge(f"the JSON has a number that is too large: {judgement.quoted(text)}", id="too-much-to-judge")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
