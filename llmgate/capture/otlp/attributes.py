"""The attributes of a span or a log record → what they say, by the names of `conventions`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import JsonValue

from llmgate import conventions
from llmgate.capture import records
from llmgate.capture.otlp import flattened, values
from llmgate.conventions import Field, Name, Shape

MAX_KEY_CHARS = 500
KEPT_PLACES = 8_192

_OPEN = re.compile(r"\s*(\[\s*[\[{\"]|\{\s*\")")
_ALL = [name for names in conventions.ROWS.values() for name in names]
_EXACT = {name.text for name in _ALL if name.shape not in (Shape.LIST, Shape.MAP)} | set(conventions.KINDS)
_LISTS = sorted({name.text for name in _ALL if name.shape is Shape.LIST}, key=len, reverse=True)
_MAPS = sorted({name.text for name in _ALL if name.shape is Shape.MAP}, key=len, reverse=True)
_FIELDS = {
    text: frozenset(row for row, names in conventions.ROWS.items() if any(name.text == text for name in names))
    for text in {*_EXACT, *_LISTS, *_MAPS}
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one name says. `cut` tells that it is JSON without its end, or a list without all of its items."""

    name: Name
    value: JsonValue
    cut: bool = False


@lru_cache(maxsize=KEPT_PLACES)
def _place(key: str) -> tuple[Shape, str, str] | None:
    """Tell what a key is: an attribute by itself, a leaf below a list's name, or an entry of a map."""
    if key in _EXACT:
        return Shape.VALUE, key, ""
    for root in _LISTS:
        if key.startswith(f"{root}.") and key[len(root) + 1 : len(root) + 2].isdigit():
            return Shape.LIST, root, key[len(root) + 1 :]
    for root in _MAPS:
        if key.startswith(f"{root}."):
            return Shape.MAP, root, key[len(root) + 1 :]
    return None


@dataclass(slots=True)
class Attributes:
    """Those attributes that are carried."""

    values: dict[str, JsonValue] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, JsonValue]]] = field(default_factory=dict)
    maps: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    told: set[Field] = field(default_factory=set)
    read: dict[Name, Said | None] = field(default_factory=dict)

    def add(self, pairs: Iterable[tuple[str, JsonValue]]) -> Attributes:
        """Add attributes as OTLP types them, where there is none of the name yet."""
        for key, typed in pairs:
            place = _place(key) if len(key) <= MAX_KEY_CHARS else None
            if place is None:
                continue
            shape, root, path = place
            self.told |= _FIELDS[root]
            if shape is Shape.LIST:
                self.lists.setdefault(root, []).append((path, values.plain(typed)))
            elif shape is Shape.MAP:
                self.maps.setdefault(root, {}).setdefault(path, values.plain(typed))
            elif root not in self.values:
                self.values[root] = values.plain(typed)
        return self

    def all(self, wanted: Field) -> Iterator[Said]:
        """Yield what is said of something, the most believed first."""
        for name in conventions.ROWS[wanted] if wanted in self.told else ():
            if name not in self.read:
                self.read[name] = self._read(name)
            if (said := self.read[name]) is not None:
                yield said

    def _read(self, name: Name) -> Said | None:
        match name.shape:
            case Shape.LIST if name.text in self.lists:
                items, complete = flattened.whole(self.lists[name.text])
                return Said(name, list(items), cut=not complete)
            case Shape.MAP if name.text in self.maps:
                return Said(name, dict(self.maps[name.text]))
            case Shape.LIST | Shape.MAP:
                return None
            case _:
                value = self.values.get(name.text)
                return None if value is None or value == "" else _said(name, value)

    def first(self, wanted: Field) -> JsonValue:
        return next((said.value for said in self.all(wanted)), None)

    def text(self, wanted: Field) -> str | None:
        """Return the first text; numbers, as versions may be, are written."""
        for said in self.all(wanted):
            if isinstance(said.value, str):
                return said.value
            if isinstance(said.value, int) and not isinstance(said.value, bool):
                return str(said.value)
        return None


def _said(name: Name, value: JsonValue) -> Said:
    match name.shape:
        case Shape.JSON if isinstance(value, list):
            return Said(name, [_opened(item) for item in value])
        case Shape.JSON if _is_open(value):
            inner = _opened(value)
            return Said(name, inner, cut=isinstance(inner, str))
        case Shape.ENCODED if isinstance(value, str):
            return Said(name, _decoded(value), cut=_is_open(value) and isinstance(_decoded(value), str))
        case Shape.QUOTED if isinstance(value, str) and value.startswith('"'):
            inner = _decoded(value)
            return Said(name, inner if isinstance(inner, str) else value)
        case _:
            return Said(name, value)


def _is_open(value: JsonValue) -> bool:
    """Tell whether a text begins as JSON does; `[INST]` and `{{name}}` do not."""
    return isinstance(value, str) and _OPEN.match(value) is not None


def _opened(value: JsonValue) -> JsonValue:
    """Parse a text that begins as a list or an object does."""
    return _decoded(value) if isinstance(value, str) and _is_open(value) else value


def _decoded(text: str) -> JsonValue:
    try:
        return records.decode(text)
    except records.Unreadable:
        return text
