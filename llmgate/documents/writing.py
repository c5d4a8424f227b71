"""Plain values → YAML that people read and `documents.read` reads back as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FLOW_CHARS = 100

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
# What a reviewer would not see or see in another place, or what ends a line for a parser and not for a person.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_LINE_INDENT = "  "


def yaml(value: Any) -> str:
    """Write a mapping or a list in block style; texts of several lines as blocks where they can be."""
    return "".join(f"{line}\n" for line in _block(value))


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _entry(f"{_scalar(str(key))}:", item)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for item in value:
            yield from _item(item)
    else:
        yield _scalar(value)


def _entry(head: str, item: Any) -> Iterator[str]:
    if (short := _short(item)) is not None:
        yield f"{head} {short}"
    elif isinstance(item, str):
        yield from _text(head, item)
    else:
        yield head
        yield from (_LINE_INDENT + line if line else line for line in _block(item))


def _item(item: Any) -> Iterator[str]:
    if (short := _short(item)) is not None:
        yield f"- {short}"
    elif isinstance(item, str):
        yield from _text("-", item)
    else:
        lines = _block(item)
        yield f"- {next(lines)}"
        yield from (_LINE_INDENT + line if line else line for line in lines)


def _short(item: Any) -> str | None:
    """Write what fits on a line; None where it is better parted."""
    if isinstance(item, str):
        return None if _is_block(item) else _scalar(item)
    if isinstance(item, Mapping | list | tuple):
        flow = _flow(item, FLOW_CHARS)
        return flow if not item or (flow and len(flow) <= FLOW_CHARS and "{" not in flow[1:]) else None
    return _scalar(item)


def _flow(item: Any, limit: int) -> str | None:
    """Write a value on one line; None as soon as it is longer than `limit`."""
    if isinstance(item, str):
        return None if len(item) > limit else _scalar(item)
    if not isinstance(item, Mapping | list | tuple):
        return _scalar(item)
    if len(item) > limit:
        return None
    parts = (
        [(f"{_scalar(str(key))}: ", item[key]) for key in item]
        if isinstance(item, Mapping)
        else [("", each) for each in item]
    )
    told = [(head, _flow(each, limit)) for head, each in parts]
    if any(each is None for _, each in told):
        return None
    inner = ", ".join(f"{head}{each}" for head, each in told)
    return f"{{{inner}}}" if isinstance(item, Mapping) else f"[{inner}]"


def _is_block(text: str) -> bool:
    """Tell whether a text of several lines stays what it is as a literal block."""
    return (
        "\n" in text[:-1]
        and not text.startswith((" ", "\t", "\n"))
        and not text.endswith(("\n\n", " ", "\t", " \n", "\t\n"))
        and not _UNSEEN.search(text)
    )


def _text(head: str, text: str) -> Iterator[str]:
    yield f"{head} {'|' if text.endswith(chr(10)) else '|-'}"
    for line in text.removesuffix("\n").split("\n"):
        yield _LINE_INDENT + line if line else line


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
