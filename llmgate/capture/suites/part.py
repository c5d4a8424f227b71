"""A piece of a suite's file with its place → the pieces within it, and the templates that it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from llmgate import documents
from llmgate.capture.suites.case import Lost
from llmgate.documents import Document, Pointer

MAX_REFERENCES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A value and where it stands."""

    document: Document
    pointer: Pointer
    value: Any

    @property
    def line(self) -> int:
        return self.document.line(self.pointer)

    @property
    def mapping(self) -> dict[str, Any]:
        return self.value if isinstance(self.value, dict) else {}

    def at(self, *steps: str | int) -> Part:
        """Return what is below; nothing where there is no such thing."""
        value = self.value
        for step in steps:
            known = isinstance(value, dict) or (isinstance(value, list) and isinstance(step, int) and step < len(value))
            value = (value.get(step) if isinstance(value, dict) else value[step]) if known else None
        return Part(document=self.document, pointer=(*self.pointer, *steps), value=value)

    def items(self) -> Iterator[Part]:
        """Yield the items of a list, or the one thing that stands for a list of one."""
        if isinstance(self.value, list):
            yield from (self.at(place) for place in range(len(self.value)))
        elif self.value is not None:
            yield self

    def lost(self, what: str) -> Lost:
        return Lost(file=self.document.path, line=self.line, what=documents.printable(what, 300))


def dereferenced(part: Part, root: Part) -> Part | None:
    """Follow `{$ref: '#/…'}` within the configuration; keys beside it win. None where it leads nowhere."""
    for _ in range(MAX_REFERENCES):
        reference = part.mapping.get("$ref")
        if reference is None:
            return part
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return None
        steps = [step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/")]
        value: Any = root.value
        for step in steps[: documents.MAX_DEPTH]:
            value = value.get(step) if isinstance(value, dict) else None
        if not isinstance(value, dict):
            return None
        beside = {key: item for key, item in part.mapping.items() if key != "$ref"}
        part = Part(document=part.document, pointer=part.pointer, value={**value, **beside})
    return None
