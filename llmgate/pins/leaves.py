"""Two values of a settings file → the leaves in which they differ, one line each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

MAX_LINES = 20
MAX_VALUE_CHARS = 80

_ABSENT = object()


def differences(before: Mapping[str, Any], after: Mapping[str, Any], *, values: bool = True) -> tuple[str, ...]:
    """Return `key: before → after` for each leaf that differs, in the order of the keys, at most MAX_LINES.

    Without `values` only whether a leaf was added, removed or changed is said.
    """
    old, new = dict(_leaves((), before)), dict(_leaves((), after))
    keys = sorted(
        key for key in old.keys() | new.keys() if _text(old.get(key, _ABSENT)) != _text(new.get(key, _ABSENT))
    )
    lines = [_line(key, old.get(key, _ABSENT), new.get(key, _ABSENT), values=values) for key in keys[:MAX_LINES]]
    return (*lines, f"and {len(keys) - MAX_LINES} more") if len(keys) > MAX_LINES else tuple(lines)


def _leaves(where: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and (value or not where):
        for key, item in value.items():
            yield from _leaves((*where, str(key)), item)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for position, item in enumerate(value):
            yield from _leaves((*where, str(position)), item)
    else:
        yield where, value


def _line(where: tuple[str, ...], before: Any, after: Any, *, values: bool) -> str:
    key = ".".join(piece for piece in where if piece) or "the file"
    key = key if key.isprintable() and len(key) <= MAX_VALUE_CHARS else _shown(key)
    if values:
        return f"{key}: {_shown(before)} → {_shown(after)}"
    return f"{key} {'added' if before is _ABSENT else 'removed' if after is _ABSENT else 'changed'}"


def _text(value: Any) -> str:
    return "" if value is _ABSENT else json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "none"
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    text = text if text.isprintable() else json.dumps(value, sort_keys=True)
    return text if len(text) <= MAX_VALUE_CHARS else text[: MAX_VALUE_CHARS - 1] + "…"
