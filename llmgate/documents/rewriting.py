"""A file, one of its mappings and an entry for it → the file with that entry, and every other byte as it was.

The entry is spliced in where the parser says that the mapping ends, or the old one stands. Writing the file anew from
a round trip would keep comments, and alter the indentation of lists, the width of lines and the quotes of files that
people wrote.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from llmgate import documents
from llmgate.documents import places
from llmgate.documents.places import Entry, Place
from llmgate.errors import ConfigurationError

_STEP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An entry for the mapping at `pointer` of a file, which has at least one entry already."""

    path: str
    pointer: Sequence[int]
    key: str
    value: Mapping[str, JsonValue]


def applied(edit: Edit, data: bytes) -> bytes | None:
    """Return the file with the entry; None where it cannot be put in without altering anything else.

    `data` is a file that `documents.read` reads.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8")
    for changed in _attempts(edit, text):
        made = mark + changed.encode("utf-8")
        if _is_only_change(edit, data, made):
            return made
    return None


def entry(edit: Edit) -> str:
    """Write the entry as a block of YAML, or as JSON where its file is."""
    if edit.path.endswith(".json"):
        return f"{json.dumps(edit.key)}: {json.dumps(edit.value)}\n"
    return _block(edit, "", "\n")


def _attempts(edit: Edit, text: str) -> Iterator[str]:
    """Put the entry in place of the old one, else at the end of the mapping, else behind its first entry."""
    if edit.path.endswith(".toml"):
        return
    is_json = edit.path.endswith(".json")
    place = (places.in_json if is_json else places.in_yaml)(text, edit.pointer)
    old = place.entry(edit.key)
    for anchor in [old] if old else [place.entries[-1], place.entries[0]]:
        if is_json:
            yield _in_json(edit, text, place, anchor)
        elif place.flow:
            yield _spliced(edit, text, anchor, f"{edit.key}: {_flow(edit.value)}", ", ")
        else:
            yield _in_block(edit, text, place, anchor)


def _spliced(edit: Edit, text: str, anchor: Entry, written: str, comma: str) -> str:
    if anchor.key == edit.key:
        return text[: anchor.start] + written + text[anchor.end :]
    return text[: anchor.end] + comma + written + text[anchor.end :]


def _in_json(edit: Edit, text: str, place: Place, anchor: Entry) -> str:
    """Write in lines where the mapping's own keys stand in lines."""
    key, before = json.dumps(edit.key), text[: anchor.start].rpartition("\n")[2]
    if before.strip():
        return _spliced(edit, text, anchor, f"{key}: {json.dumps(edit.value)}", ", ")
    newline = _newline(text)
    step = "\t" if "\t" in before else " " * min(place.column or 2, 2)
    written = f"{key}: " + json.dumps(edit.value, indent=step).replace("\n", newline + before)
    return _spliced(edit, text, anchor, written, f",{newline}{before}")


def _in_block(edit: Edit, text: str, place: Place, anchor: Entry) -> str:
    newline = _newline(text)
    block = _block(edit, " " * place.column, newline)
    if anchor.key == edit.key:
        ended = newline if text[anchor.end - 1] == "\n" else ""
        return text[: anchor.start] + block[place.column :].removesuffix(newline) + ended + text[anchor.end :]
    end = _line_end(text, anchor.end)
    if end == len(text) and not text.endswith("\n"):
        return text + newline + block.removesuffix(newline)
    return text[:end] + block + text[end:]


def _block(edit: Edit, indent: str, newline: str) -> str:
    lines = [f"{edit.key}:", *(f"{_STEP}{name}: {_flow(item)}" for name, item in edit.value.items())]
    return "".join(f"{indent}{line}{newline}" for line in lines)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(item)}" for name, item in value.items()) + "}"
    return json.dumps(value)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_end(text: str, at: int) -> int:
    """Find where the next line begins; the text of a block scalar ends with its own last line."""
    if text[at - 1] == "\n":
        return at
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _is_only_change(edit: Edit, before: bytes, after: bytes) -> bool:
    try:
        old, new = (_parted(edit, documents.read(edit.path, data).value) for data in (before, after))
    except ConfigurationError:
        return False
    return old[0] == new[0] and new[1] == json.dumps(edit.value)


def _parted(edit: Edit, whole: Any) -> tuple[str, str]:
    """Take the entry out of a parsed file; write both as JSON, in which 1, 1.0 and true differ, as does the order."""
    mapping = whole
    for step in edit.pointer:
        mapping = mapping[step]
    taken = json.dumps(mapping.pop(edit.key, None))
    return json.dumps(whole), taken
