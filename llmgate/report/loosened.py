"""What a change takes away from the suite: each fixture that it removes, disables, loosens or excepts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class LineEntry(BaseModel):
    """A key of the fixture with its JSON, cut to one line, that only the base (`-`) or only the head (`+`) has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sign: Literal["-", "+"]
    text: str


class LoosenedEntry(BaseModel):
    """One fixture of the base that the head asks less of, or excepts; `losses` in sentences.

    Where it is `approved`, the head's form decided, else the base's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fixture: str
    losses: tuple[str, ...]
    file: str
    line: int
    approved: bool = False
    lines: tuple[LineEntry, ...] = ()
