"""A parsed file that knows its lines, and the faults that are found in it: hostile text, made harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from llmgate.catalogue import Id
from llmgate.errors import ConfigurationError, Fault

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NUMBER_CHARS = 400
MAX_MESSAGE_CHARS = 500
MAX_PATH_CHARS = 1_000
MAX_QUOTE_CHARS = 80

Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file. `lines` maps the pointers that the parser saw to 1-based lines."""

    path: str
    value: Any
    lines: dict[Pointer, int] = field(default_factory=dict)

    def line(self, pointer: Sequence[str | int]) -> int:
        """The line of the value at `pointer`, or of its nearest ancestor that is in the file."""
        known = tuple(pointer)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def fault(self, pointer: Sequence[str | int], message: str, remedy: str, *, id: Id) -> Fault:
        return fault(self.path, self.line(pointer), message, remedy, id=id)


class Refused(Exception):
    """What a reader does not read, and where. It becomes a ConfigurationError once the file's name is known."""

    def __init__(self, line: int, message: str, remedy: str, *, id: Id) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.remedy = remedy
        self.id = id


def fault(path: str, line: int, message: str, remedy: str, *, id: Id) -> Fault:
    """Make a fault of text from a pull request: on one line, without control characters, of bounded length."""
    return Fault(
        file=printable(path, MAX_PATH_CHARS),
        line=line,
        message=printable(message, MAX_MESSAGE_CHARS),
        id=id,
        remedy=printable(remedy, MAX_MESSAGE_CHARS),
    )


def refusal(path: str, line: int, message: str, remedy: str, *, id: Id) -> ConfigurationError:
    return ConfigurationError([fault(path, line, message, remedy, id=id)])


def printable(text: str, limit: int) -> str:
    r"""Cut hostile text to `limit` characters and write what does not print as an escape, such as `\x1b`."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)


def is_unicode(text: str) -> bool:
    """Tell whether text can be written as UTF-8: the name of a file, and half a character in JSON, may not."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def quoted(text: str) -> str:
    return f"'{printable(text, MAX_QUOTE_CHARS)}'"
