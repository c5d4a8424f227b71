"""Two forms of a fixture → how the second asks less than the first, and what differs between them, line by line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import JsonValue
from pydantic_core import to_json

from llmgate import documents
from llmgate.fixture import Fixture

REMOVED = "it is removed"
MOST_LINES = 40
MAX_LINE_CHARS = 300
_BESIDE = frozenset({"title", "category", "origin", "hypothesis", "observed", "proven"})
"""What says where a fixture comes from: no trial hangs on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A part of a fixture that only one of its forms has, as a key and its JSON, in one bounded line."""

    sign: Literal["-", "+"]
    text: str


def between(old: Fixture, new: Fixture | None, read: frozenset[str]) -> Iterator[str]:
    """Say how `new` asks less than `old`. What cannot be compared counts as less.

    `read` are the variables that the base's prompt can see: others that are added alter nothing for it.
    """
    if new is None:
        yield REMOVED
        return
    if not new.is_active:
        yield _left_out(new)
    if old.critical and not new.critical:
        yield "it is no longer critical"
    if new.weight < old.weight:
        yield "its weight is lowered"
    if new.weight > old.weight:
        yield "its weight is raised, which lowers that of all others"
    if new.target != old.target:
        yield "its target is changed"
    if new.seed != old.seed:
        yield "its seed is changed"
    turns = any(_differs(getattr(old.input, each), getattr(new.input, each)) for each in ("messages", "attached"))
    if turns or _altered_variables(old, new) - _added(old, new, read):
        yield "its input is changed"
    yield from _other_surroundings(old, new)
    yield from _looser_assertions(old, new)


def added_variables(old: Fixture, new: Fixture, read: frozenset[str]) -> dict[str, JsonValue]:
    """What the base's prompt cannot see, and so cannot be asked differently by."""
    return {name: new.input.variables[name] for name in sorted(_added(old, new, read))}


def lines(old: Fixture, new: Fixture | None) -> tuple[Line, ...]:
    """List what only one of the forms has, the base's before the head's, at most MOST_LINES."""
    before, after = Counter(_parts(old)), Counter(_parts(new) if new else ())
    gone = [Line(sign="-", text=text) for text in (before - after).elements()]
    come = [Line(sign="+", text=text) for text in (after - before).elements()]
    found = sorted((*gone, *come), key=lambda line: (_key_of(line.text), line.sign == "+"))
    return tuple(
        Line(sign=line.sign, text=documents.printable(line.text, MAX_LINE_CHARS)) for line in found[:MOST_LINES]
    )


def _key_of(text: str) -> str:
    return text.partition(": ")[0]


def _parts(fixture: Fixture) -> Iterator[str]:
    written = fixture.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for key in sorted(written.keys() - _BESIDE - {"id"}):
        yield from _leaves(key, written[key])


def _leaves(path: str, value: Any) -> Iterator[str]:
    """Write each leaf below `path`; what stands in a list has no number, so that a new one alters no other."""
    if isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from _leaves(f"{path}.{key}", value[key])
    elif isinstance(value, list) and value:
        for each in value:
            yield f"{path}: {json.dumps(each, sort_keys=True, ensure_ascii=False)}"
    else:
        yield f"{path}: {json.dumps(value, sort_keys=True, ensure_ascii=False)}"


def _left_out(fixture: Fixture) -> str:
    if not fixture.enabled:
        return "it is disabled"
    return "it is made a draft" if fixture.draft else "it is said to depend on state outside it"


def _other_surroundings(old: Fixture, new: Fixture) -> Iterator[str]:
    if _differs(old.context, new.context):
        yield "its documents are changed"
    if new.retrieval != old.retrieval:
        yield f"its documents are {_SOURCES[new.retrieval]}"
    if _differs(old.tools, new.tools):
        yield "its tools are changed"


_SOURCES = {"live": "searched for instead of replayed", "frozen": "replayed instead of searched for"}


def _differs(before: Any, after: Any) -> bool:
    """Compare as JSON text: to Python, 1, 1.0 and True are equal, and a prompt or a tool shows which it is."""
    return to_json(before) != to_json(after)


def _altered_variables(old: Fixture, new: Fixture) -> set[str]:
    before, after = old.input.variables, new.input.variables
    shared = before.keys() & after.keys()
    return set(before.keys() ^ after.keys()) | {name for name in shared if _differs(before[name], after[name])}


def _added(old: Fixture, new: Fixture, read: frozenset[str]) -> frozenset[str]:
    return frozenset(new.input.variables.keys() - old.input.variables.keys() - read)


def _looser_assertions(old: Fixture, new: Fixture) -> Iterator[str]:
    before, after = _written(old), _written(new)
    if before - after:
        yield "an assertion is removed or changed"
    if new.threshold is not None and (old.threshold is None or new.threshold < old.threshold):
        yield "its threshold is lowered"
    if new.threshold is None and old.threshold is not None:
        yield "its threshold is removed: assertions that pass with a part of the score do not reach it"
    if new.threshold is not None and before != after:
        yield "assertions are added, which dilutes its threshold"


def _written(fixture: Fixture) -> Counter[str]:
    dumped = (item.model_dump(mode="json", by_alias=True) for item in fixture.assertions)
    return Counter(json.dumps(item, sort_keys=True) for item in dumped)
