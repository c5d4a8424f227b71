"""`assertions` → the repository's own classes: where they are, and what they are once they are read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from llmgate.config.noun import Noun, Pattern

MAX_SOURCE_BYTES = 256 * 1024


class AssertionEntry(Noun):
    """A class in a file of the repository."""

    file: Pattern
    named: Annotated[str, Field(alias="class", pattern="^[A-Za-z_][A-Za-z0-9_]*$", max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """A class with the text of its file."""

    path: str
    named: str
    source: str

    @property
    def digest(self) -> str:
        return "sha256:" + hashlib.sha256(f"{self.named}\0{self.source}".encode()).hexdigest()
