"""Text of YAML or JSON and a pointer to one of its mappings → where that mapping's entries stand, by character."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key and its value: from the first character of the key to behind the last of the value."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A mapping: its entries in their order, the column of its keys, and whether it stands in braces."""

    entries: tuple[Entry, ...]
    column: int
    flow: bool

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)


def in_yaml(text: str, pointer: Sequence[int]) -> Place:
    """Find a mapping in text that `documents.read` has read: it is bounded, and has no anchor, alias or tag."""
    node: Any = YAML(typ="safe", pure=True).compose(text)
    for step in pointer:
        node = node.value[step]
    entries = (Entry(key=key.value, start=key.start_mark.index, end=_end(value)) for key, value in node.value)
    return Place(entries=tuple(entries), column=node.start_mark.column, flow=bool(node.flow_style))


def _end(node: Any) -> int:
    """Find the end of the last thing in a node; the parser ends a block where the next one begins."""
    if isinstance(node.value, str) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A key at the top whose value is a list: where its items stand, and it itself with its key."""

    items: tuple[Entry, ...]
    start: int
    end: int
    column: int
    flow: bool


def listing_in_yaml(text: str, key: str, naming: str) -> Listing | None:
    """Find a list of mappings at the top of text that `documents.read` has read; each is called as its `naming` says.

    A value that is null counts as a list of none; None where the key is not there.
    """
    node: Any = YAML(typ="safe", pure=True).compose(text)
    for name, value in node.value:
        if name.value == key:
            listed = isinstance(value.value, list)
            return Listing(
                items=tuple(_named(item, naming) for item in value.value) if listed else (),
                start=name.start_mark.index,
                end=_end(value) if listed or value.value else text.index(":", name.end_mark.index) + 1,
                column=value.start_mark.column,
                flow=listed and bool(value.flow_style),
            )
    return None


def _named(item: Any, naming: str) -> Entry:
    named = next((value.value for key, value in item.value if key.value == naming), "")
    return Entry(key=named, start=item.start_mark.index, end=_end(item))


def in_json(text: str, pointer: Sequence[int]) -> Place:
    """Find a mapping in text that `documents.read` has read."""
    start = _after_space(text, 0)
    for step in pointer:
        start = list(_items(text, start))[step]
    entries = tuple(_entries(text, start))
    column = entries[0].start - (text.rfind("\n", 0, entries[0].start) + 1) if entries else 0
    return Place(entries=entries, column=column, flow=True)


def _items(text: str, start: int) -> Iterator[int]:
    """Find where each item of a list begins."""
    at = _after_space(text, start + 1)
    while text[at] != "]":
        yield at
        at = _after_comma(text, _value_end(text, at))


def _entries(text: str, start: int) -> Iterator[Entry]:
    at = _after_space(text, start + 1)
    while text[at] != "}":
        key, key_end = json.JSONDecoder().raw_decode(text, at)
        end = _value_end(text, _after_space(text, _after_space(text, key_end) + 1))
        yield Entry(key=key, start=at, end=end)
        at = _after_comma(text, end)


def _value_end(text: str, start: int) -> int:
    return json.JSONDecoder().raw_decode(text, start)[1]


def _after_comma(text: str, at: int) -> int:
    at = _after_space(text, at)
    return _after_space(text, at + 1) if text[at] == "," else at


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
