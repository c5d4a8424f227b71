"""`assertions` → the repository's own classes: where they are, and what its code is once it is read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from llmgate.config.noun import Noun, Pattern

MAX_SOURCE_BYTES = 256 * 1024


class AssertionEntry(Noun):
    """A class in a file of the repository."""

    file: Pattern = Field(description="The file with the class, at most 256 KiB.")
    named: Annotated[
        str, Field(alias="class", pattern="^[A-Za-z_][A-Za-z0-9_]*$", max_length=100, description="The class's name.")
    ]


class Form(StrEnum):
    """What code that grades is: a class that is made with fields, or a function."""

    CLASS = "class"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """A class or a function with the text that it stands in.

    `path` is the name of that text in messages, and `before` counts its first lines that nobody wrote.
    """

    path: str
    named: str
    source: str
    form: Form = Form.CLASS
    before: int = 0

    @property
    def digest(self) -> str:
        text = "\0".join([*([] if self.form is Form.CLASS else [self.form]), self.named, self.source])
        return "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
