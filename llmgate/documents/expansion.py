"""Aliases, merge keys and tags in another tool's YAML → the values that they stand for, within bounds.

What an alias repeats counts again each time, so that a text cannot grow beyond what it could say without aliases. A
tag that YAML itself does not know stays in the value, as text before it or as the key of a mapping around it: nobody
but the tool knows what it makes of `!ENV NAME`, and a value that gets or loses a tag has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.events import AliasEvent, Event, ScalarEvent

from llmgate.documents import scalars
from llmgate.documents.document import Refused, quoted

MAX_TAG_CHARS = 200
MERGE = "<<"

_CORE = "tag:yaml.org,2002:"
_AS_IS = frozenset({"map", "seq", "set", "omap", "str", "int", "float", "bool", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """A value that an alias may repeat: how much it counts, and how deep it is."""

    value: Any
    nodes: int
    chars: int
    depth: int


@dataclass(slots=True)
class Anchors:
    """The anchors so far, by name. One that is still open is not among them, so no value can hold itself."""

    by_name: dict[str, Anchored] = field(default_factory=dict)

    def opened(self, anchor: str | None) -> None:
        """Forget what had the name before: within the new value, and after it, the name is the new one's."""
        if anchor is not None:
            self.by_name.pop(str(anchor), None)

    def of(self, event: AliasEvent) -> Anchored:
        name = str(event.anchor)
        if name not in self.by_name:
            raise scalars.refused(
                event,
                f"the alias {quoted('*' + name)} of nothing before it",
                "correct its name",
                id="unsupported-syntax",
            )
        return self.by_name[name]


def scalar(event: ScalarEvent) -> Any:
    """Return the value of a scalar that may have a tag."""
    tag = str(event.tag or "")
    if not tag:
        return scalars.value(event)
    match tag.removeprefix(_CORE):
        case "str" | "!":
            return scalars.text(event)
        case "int" | "float" | "bool" | "null":
            return scalars.plain(event)
        case _:
            return f"{_short(tag)} {scalars.text(event)}".rstrip()


def tagged(event: Event, value: Any) -> Any:
    """Return a list or mapping that may have a tag."""
    tag = str(getattr(event, "tag", None) or "")
    return value if tag.removeprefix(_CORE) in {"", "!", *_AS_IS} else {_short(tag): value}


def merged(event: Event, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the keys that a `<<` brings: of one mapping, or of several, of which the first wins.

    https://yaml.org/type/merge.html
    """
    brought: dict[str, Any] = {}
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            raise scalars.refused(
                event, "a merge key that brings no mapping", "give it the alias of a mapping", id="unsupported-syntax"
            )
        brought = {**item, **brought}
    yield from brought.items()


def guard_length(line: int, characters: Iterator[str]) -> None:
    """Refuse the name of a tag or an anchor that is too long: the scanner takes 20 seconds for one of 1 MiB."""
    for count, character in enumerate(characters):
        if character in " \t\r\n\0":
            return
        if count > MAX_TAG_CHARS:
            raise Refused(
                line, f"a tag or an anchor of more than {MAX_TAG_CHARS} characters", "shorten it", id="too-large"
            )


def _short(tag: str) -> str:
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
