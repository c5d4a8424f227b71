"""Attributes such as `NAME.0.message.role`, one for each leaf → the list that they stand for."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

MAX_LEVELS = 16
MAX_INDEX_DIGITS = 6

# What OpenInference puts around each item of its lists.
_WRAPPERS = frozenset(
    {"message", "message_content", "tool_call", "tool", "document", "annotation", "evaluation", "prompt", "completion"}
)


def whole(leaves: Iterable[tuple[str, JsonValue]]) -> tuple[list[JsonValue], bool]:
    """Build the list from the paths below its name, and tell whether all of its items are there, as far as is seen."""
    root: dict[str, JsonValue] = {}
    for path, value in leaves:
        _put(root, path.split(".", MAX_LEVELS), value)
    numbered = sorted((int(key), item) for key, item in root.items() if _is_index(key))
    return [_listed(item) for _, item in numbered], [at for at, _ in numbered] == list(range(len(numbered)))


def _put(node: dict[str, JsonValue], path: list[str], value: JsonValue) -> None:
    for key in path[:-1]:
        inner = node.setdefault(key, {})
        if not isinstance(inner, dict):  # a leaf and a branch of the same name: the branch has more to say
            inner = node[key] = {}
        node = inner
    if not isinstance(node.get(path[-1]), dict):
        node[path[-1]] = value


def _listed(node: JsonValue) -> JsonValue:
    """Make lists of the branches whose names are all numbers, and take items out of what stands around them."""
    if not isinstance(node, dict):
        return node
    if node and all(map(_is_index, node)):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    if len(node) == 1:
        (key, inner), *_ = node.items()
        if key in _WRAPPERS and isinstance(inner, dict):
            return _listed(inner)
    return {key: _listed(inner) for key, inner in node.items()}


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= MAX_INDEX_DIGITS
