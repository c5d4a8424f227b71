"""Nested objects and lists → attributes by their whole names; and JSON that was taken apart so → JSON again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate import conventions
from llmgate.conventions import Shape

Pairs = Iterator[tuple[str, JsonValue]]

MAX_LEVELS = 16

_NAMES = {name for names in conventions.ROWS.values() for name in names}
_LISTS = frozenset(name.text for name in _NAMES if name.shape is Shape.LIST)
_WHOLE = frozenset(name.text for name in _NAMES if name.shape not in (Shape.LIST, Shape.MAP)) - _LISTS
# JSON of anybody's making, whose own keys are no attributes.
_LEAVES = ("json_schema", "metadata", "arguments", "variables")
_APART = ("llm.prompt_template.variables.", "metadata.")


def flat(name: str, value: JsonValue) -> Pairs:
    """Yield the leaves of nested objects and lists; what is JSON in one attribute is written as such."""
    waiting = [(name, value)]
    while waiting:
        path, inner = waiting.pop()
        if inner is None:
            continue
        if not isinstance(inner, dict | list) or (isinstance(inner, list) and path in _WHOLE):
            yield path, inner
        elif path in _WHOLE or path.endswith(_LEAVES):
            yield path, json.dumps(inner, ensure_ascii=False)
        else:
            below = inner.items() if isinstance(inner, dict) else enumerate(inner)
            waiting += [(f"{path}.{key}" if path else str(key), each) for key, each in below][::-1]


def whole(pairs: Iterable[tuple[str, JsonValue]]) -> Pairs:
    """Put the variables and the metadata together, which the API takes apart: `metadata.tenant`."""
    trees: dict[str, dict[str, JsonValue]] = {}
    for name, value in pairs:
        root = next((root for root in _APART if name.startswith(root)), None)
        if root is None:
            yield name, value
        else:
            _put(trees.setdefault(root.removesuffix("."), {}), name.removeprefix(root).split(".", MAX_LEVELS), value)
    for root, tree in trees.items():
        yield root, json.dumps({key: _listed(inner) for key, inner in tree.items()}, ensure_ascii=False)


def _put(node: dict[str, JsonValue], path: list[str], value: JsonValue) -> None:
    for key in path[:-1]:
        inner = node.setdefault(key, {})
        if not isinstance(inner, dict):  # a leaf and a branch of the same name: the branch has more to say
            inner = node[key] = {}
        node = inner
    node.setdefault(path[-1], value)


def _listed(node: JsonValue) -> JsonValue:
    """Make lists of the objects whose keys count up from 0."""
    if not isinstance(node, dict):
        return node
    inner = {key: _listed(each) for key, each in node.items()}
    places = [str(place) for place in range(len(inner))]
    return [inner[place] for place in places] if inner and inner.keys() == set(places) else inner
