"""YAML 1.2 text → plain values and their lines, from the parser's events, so that nothing hostile is ever expanded.

Our own files hold no aliases, merge keys or tags; in those of other tools (`read_foreign`) they are expanded in bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scanner import Scanner

from llmgate.catalogue import Id
from llmgate.documents import expansion, scalars
from llmgate.documents.document import MAX_DEPTH, Pointer, Refused, quoted

MAX_NODES = 30_000
MAX_LINES = 100_000
MAX_EXPANDED_CHARS = 2 * 1024 * 1024

Read = Callable[[str], tuple[Any, dict[Pointer, int]]]

# Control characters, and what ends a line for the parser and not for the reviewer who reads the diff.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|\r(?!\n)")


def read(text: str) -> tuple[Any, dict[Pointer, int]]:
    """Parse one document of our own.

    Raises:
        Refused: at the line of the first thing that is not YAML, or not read.
    """
    return _parsed(text, _Scanner, merges=False)


def read_foreign(text: str) -> tuple[Any, dict[Pointer, int]]:
    """Parse one document of another tool, which may have anchors, aliases, merge keys and tags.

    What an alias or a merge key brings stands on their line.

    Raises:
        Refused: as `read`, and where an expanded document exceeds the bounds of one that is written out.
    """
    return _parsed(text, _ForeignScanner, merges=True)


def _parsed(text: str, scanner: type[Scanner], *, merges: bool) -> tuple[Any, dict[Pointer, int]]:
    _look_over(text)
    reader = YAML(typ="safe", pure=True)
    reader.Scanner = scanner
    try:
        builder = _Builder(events=iter(reader.parse(text)), merges=merges)
        return builder.document(), builder.lines
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"not YAML: {error.problem or error.context}"
        raise Refused(line, message, _remedy(error), id="malformed-file") from error
    except (YAMLError, RecursionError) as error:
        raise Refused(1, f"not YAML: {error}", "correct it", id="malformed-file") from error


def _remedy(error: MarkedYAMLError) -> str:
    """Say what mends the faults that are made most; where a quote or a bracket was opened tells more than its end."""
    problem, context, opened = error.problem or "", error.context or "", error.context_mark
    if "'\\t'" in problem:
        return "indent with spaces: a tab cannot stand there"
    if opened and "quoted scalar" in context and "end of stream" in problem:
        return f"close the quote that line {opened.line + 1} opens"
    if opened and "flow" in context and problem.startswith("expected ',' or"):
        return f"close the bracket that line {opened.line + 1} opens, or put a comma"
    return "correct it"


def _look_over(text: str) -> None:
    if (lines := text.count("\n")) > MAX_LINES:
        raise Refused(1, f"the file has {lines} lines; at most {MAX_LINES} are read", "split it", id="too-large")
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        code = f"U+{ord(unseen.group()[0]):04X}"
        raise Refused(
            line, f"the control character {code}", "write it as an escape in double quotes", id="malformed-file"
        )


class _Characters(Scanner):
    """Refuses an escape that names no character, and directives."""

    def fetch_directive(self) -> NoReturn:
        self._refuse("a directive", "remove it: files are read as YAML 1.2", id="unsupported-syntax")

    def fetch_double(self) -> None:
        line = self.reader.line + 1
        try:
            super().fetch_double()
        except (ValueError, OverflowError) as error:  # as of "\U00110000"
            raise Refused(
                line, "not YAML: an escape that names no character", "correct it", id="malformed-file"
            ) from error

    def _refuse(self, what: str, remedy: str, *, id: Id) -> NoReturn:
        raise Refused(self.reader.line + 1, what, remedy, id=id)


class _Scanner(_Characters):
    """Refuses at the first character what is not read: a tag of 1 MiB would take the scanner 20 seconds."""

    def fetch_tag(self) -> NoReturn:
        self._refuse("a tag", "write a plain value, in quotes if it begins with '!'", id="unsupported-syntax")

    def fetch_anchor(self) -> NoReturn:
        self._refuse("an anchor", "write the value out, in quotes if it begins with '&'", id="unsupported-syntax")

    def fetch_alias(self) -> NoReturn:
        self._refuse("an alias", "write the value out, in quotes if it begins with '*'", id="unsupported-syntax")


class _ForeignScanner(_Characters):
    """Reads anchors, aliases and tags of bounded length."""

    def fetch_tag(self) -> None:
        self._guard()
        super().fetch_tag()

    def fetch_anchor(self) -> None:
        self._guard()
        super().fetch_anchor()

    def fetch_alias(self) -> None:
        self._guard()
        super().fetch_alias()

    def _guard(self) -> None:
        peek = self.reader.peek
        expansion.guard_length(self.reader.line + 1, (peek(place) for place in range(expansion.MAX_TAG_CHARS + 2)))


@dataclass(slots=True, kw_only=True)
class _Builder:
    events: Iterator[Event]
    merges: bool
    lines: dict[Pointer, int] = field(default_factory=dict)
    anchors: expansion.Anchors = field(default_factory=expansion.Anchors)
    nodes: int = 0
    chars: int = 0
    deepest: int = 0

    def document(self) -> Any:
        value: Any = None
        seen = False
        for event in self.events:
            if not isinstance(event, (AliasEvent, ScalarEvent, SequenceStartEvent, MappingStartEvent)):
                continue
            if seen:
                raise scalars.refused(
                    event, "a second YAML document in the file", "keep one document in a file", id="unsupported-syntax"
                )
            value, seen = self._value(event, ()), True
        return value

    def _value(self, event: Event, pointer: Pointer) -> Any:
        self.lines.setdefault(pointer, scalars.line(event))
        if isinstance(event, AliasEvent):
            return self._repeated(event, pointer)
        nodes, chars, outside = self.nodes, self.chars, self.deepest
        self.deepest = len(pointer)
        self._count(event, len(pointer))
        anchor = getattr(event, "anchor", None)
        self.anchors.opened(anchor)
        value = self._own_value(event, pointer)
        if anchor:
            self.anchors.by_name[str(anchor)] = expansion.Anchored(
                value=value, nodes=self.nodes - nodes, chars=self.chars - chars, depth=self.deepest - len(pointer)
            )
        self.deepest = max(self.deepest, outside)
        return value

    def _own_value(self, event: Event, pointer: Pointer) -> Any:
        if isinstance(event, ScalarEvent):
            return expansion.scalar(event)
        return expansion.tagged(
            event, self._sequence(pointer) if isinstance(event, SequenceStartEvent) else self._mapping(pointer)
        )

    def _repeated(self, event: AliasEvent, pointer: Pointer) -> Any:
        again = self.anchors.of(event)
        self._count(event, len(pointer) + again.depth, nodes=again.nodes, chars=again.chars)
        return again.value

    def _sequence(self, pointer: Pointer) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._value(event, (*pointer, len(items))))
        return items

    def _mapping(self, pointer: Pointer) -> dict[str, Any]:
        items: dict[str, Any] = {}
        merge: tuple[Event, Any] | None = None
        while not isinstance(event := next(self.events), MappingEndEvent):
            self._count(event, len(pointer))
            key = self._key(event)
            if key in items or (merge and key == expansion.MERGE):
                raise scalars.refused(event, f"the key {quoted(key)} is repeated", "keep one of them", id="used-twice")
            self.lines[*pointer, key] = scalars.line(event)
            if key == expansion.MERGE and _is_plain(event):
                merge = event, self._value(next(self.events), pointer)
            else:
                items[key] = self._value(next(self.events), (*pointer, key))
        return self._completed(items, merge, pointer) if merge else items

    def _completed(self, items: dict[str, Any], merge: tuple[Event, Any], pointer: Pointer) -> dict[str, Any]:
        """Add the keys that a merge key brings, apart from those that the mapping has."""
        event, value = merge
        for key, brought in expansion.merged(event, value):
            if key not in items:
                items[key] = brought
                self.lines[*pointer, key] = scalars.line(event)
        return items

    def _key(self, event: Event) -> str:
        if not isinstance(event, ScalarEvent):
            raise scalars.refused(event, "a key that is not text", "write a plain key", id="unsupported-syntax")
        self.anchors.opened(event.anchor)
        if event.value == expansion.MERGE and _is_plain(event) and not self.merges:
            raise scalars.refused(event, "a merge key", "write the keys out", id="unsupported-syntax")
        return scalars.text(event)

    def _count(self, event: Event, depth: int, *, nodes: int = 1, chars: int | None = None) -> None:
        self.nodes += nodes
        self.chars += len(getattr(event, "value", None) or "") if chars is None else chars
        self.deepest = max(self.deepest, depth)
        if self.nodes > MAX_NODES:
            raise scalars.refused(event, f"more than {MAX_NODES} values in one file", "split the file", id="too-large")
        if self.chars > MAX_EXPANDED_CHARS:
            message = f"more than {MAX_EXPANDED_CHARS} characters once aliases are expanded"
            raise scalars.refused(event, message, "write fewer aliases of long values", id="too-large")
        if depth > MAX_DEPTH:
            raise scalars.refused(event, f"nested deeper than {MAX_DEPTH} levels", "flatten it", id="too-large")


def _is_plain(event: Event) -> bool:
    return getattr(event, "style", None) is None
