"""A file that begins with YAML between two lines of dashes → the YAML's values with their lines, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from llmgate import documents
from llmgate.documents import Document
from llmgate.errors import ConfigurationError
from llmgate.prompts.prompt import File


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """What begins a file with front matter, and the line that ends the front matter."""

    opening: re.Pattern[str]
    closing: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """The front matter, empty where there is none, and the body, which begins on `line` of the file."""

    document: Document
    body: str
    line: int = 1

    @property
    def values(self) -> dict[str, Any]:
        return self.document.value or {}


def part(file: File, fence: Fence) -> Parted:
    """Part a file.

    Raises:
        ConfigurationError: where the front matter is not closed, is no YAML, or has no keys.
    """
    opening = fence.opening.match(file.source)
    if opening is None:
        return Parted(document=Document(path=file.path, value=None), body=file.source)
    above = file.source.count("\n", 0, opening.end())
    closing = fence.closing.search(file.source, opening.end())
    if closing is None:
        raise _wrong(file, above, "the front matter is not closed", "close it with a line of ---")
    document = documents.read(file.path, ("\n" * above + file.source[opening.end() : closing.start()]).encode())
    if document.value is not None and not isinstance(document.value, dict):
        raise _wrong(file, above + 1, "the front matter must be a mapping", "write keys with values")
    line = file.source.count("\n", 0, closing.end()) + 1
    return Parted(document=document, body=file.source[closing.end() :], line=line)


def _wrong(file: File, line: int, message: str, remedy: str) -> ConfigurationError:
    return ConfigurationError([documents.fault(file.path, line, message, remedy, id="prompt-malformed")])
