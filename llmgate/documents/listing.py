"""A YAML file, one of its lists and an item → the file with that item, and every other byte as it was.

An item that is called like one of the list takes its place; another is put behind the last.
"""

from __future__ import annotations

import codecs
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from llmgate import documents
from llmgate.documents import places, writing
from llmgate.documents.places import Listing
from llmgate.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A mapping for the list at the top-level `key` of a file; its entry `naming` tells it from the others."""

    path: str
    key: str
    naming: str
    value: Mapping[str, JsonValue]

    @property
    def name(self) -> JsonValue:
        return self.value[self.naming]


def applied(item: Item, data: bytes) -> bytes | None:
    """Return the file with the item; None where it cannot be put in without altering anything else.

    `data` is a file that `documents.read` reads as a mapping, in which the key is a list of mappings, null or absent.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    made = mark + _written(item, text, newline).encode("utf-8")
    return made if _is_only_change(item, data, made) else None


def entry(item: Item) -> str:
    """Write the list with this item alone, as it stands in a file that has no other."""
    return f"{item.key}:\n{_block(item, '  ')}"


def _written(item: Item, text: str, newline: str) -> str:
    place = places.listing_in_yaml(text, item.key, item.naming)
    if place is None:
        ended = text if text.endswith("\n") or not text else text + newline
        return ended + entry(item).replace("\n", newline)
    if not place.items:
        alone = entry(item).removesuffix("\n").replace("\n", newline)
        return text[: place.start] + alone + text[place.end :]
    return _among(item, text, place, newline)


def _among(item: Item, text: str, place: Listing, newline: str) -> str:
    old = next((one for one in place.items if one.key == item.name), None)
    if place.flow:
        flow = json.dumps(item.value, ensure_ascii=False)
        end = place.items[-1].end
        return text[: old.start] + flow + text[old.end :] if old else f"{text[:end]}, {flow}{text[end:]}"
    block = _block(item, " " * place.column).replace("\n", newline)
    if old:
        dash = place.column + len("- ")
        return text[: old.start] + block[dash:].removesuffix(newline) + text[old.end :]
    end = text.find("\n", place.items[-1].end) + 1
    return text[:end] + block + text[end:] if end else text + newline + block


def _block(item: Item, indent: str) -> str:
    return "".join(f"{indent}{line}\n" for line in writing.yaml([dict(item.value)]).splitlines())


def _is_only_change(item: Item, before: bytes, after: bytes) -> bool:
    try:
        old, new = (documents.read(item.path, data).value for data in (before, after))
    except ConfigurationError:
        return False
    return json.dumps(_with(item, old)) == json.dumps(new)


def _with(item: Item, whole: Any) -> Any:
    """Put the item into the parsed file."""
    made = copy.deepcopy(whole)
    listed = made.get(item.key) or []
    place = next((at for at, one in enumerate(listed) if one.get(item.naming) == item.name), len(listed))
    made[item.key] = [*listed[:place], dict(item.value), *listed[place + 1 :]]
    return made
