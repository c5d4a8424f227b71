"""The file of exceptions: which fixtures do not count, why, until when, and who answers for it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from llmgate.config.noun import Noun
from llmgate.fixture import Identifier

MOST_DAYS = 90
"""An exception ends at most so many days ahead: what is never looked at again is no exception."""
MAX_ENTRIES = 1_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def line(value: str) -> str:
    """Check words for people: something that shows, on one line."""
    if not value.strip() or not value.isprintable():
        raise ValueError("write a few words, on one line")
    return value


def day(value: Any) -> Any:
    """Check that a day is written as one: a number or a time of day would be taken for one otherwise."""
    written = value.isoformat() if isinstance(value, dt.date) else value
    if not isinstance(written, str) or not _DAY.fullmatch(written):
        raise ValueError("write a day, as in 2026-12-31")
    return written


def _none_is_empty(value: Any) -> Any:
    return () if value is None else value


Day = Annotated[dt.date, BeforeValidator(day)]
Words = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(line)]
Who = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(line)]
Digest = Annotated[str, Field(pattern=r"^sha256:[!-~]+$", max_length=300)]


class Accepted(Noun):
    """A regression that was accepted: the fixture does not count where the head sends this request for it."""

    fixture: Identifier
    reason: Words
    by: Who = Field(description="Who accepted it.")
    expires: Day = Field(description="The last day on which it holds, in UTC.")
    request: Digest = Field(description="What the head sends for the fixture; `llmgate accept` computes it.")


class Quarantined(Noun):
    """A fixture that says nothing for now: it does not count, whatever is sent for it."""

    fixture: Identifier
    reason: Words
    owner: Who = Field(description="Who mends it.")
    expires: Day = Field(description="The last day on which it holds, in UTC.")


class Exceptions(Noun):
    """Fixtures that run and do not count for a while. Always read from the base commit."""

    version: Literal[1]
    accepted: Annotated[tuple[Accepted, ...], BeforeValidator(_none_is_empty)] = Field(
        default=(), max_length=MAX_ENTRIES
    )
    quarantined: Annotated[tuple[Quarantined, ...], BeforeValidator(_none_is_empty)] = Field(
        default=(), max_length=MAX_ENTRIES
    )


class Kind(StrEnum):
    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An exception with its place. `who` accepted it or owns it; without a `request` it holds for any."""

    kind: Kind
    fixture: str
    reason: str
    who: str
    expires: dt.date
    request: str | None
    line: int

    def is_too_long(self, today: dt.date) -> bool:
        """Tell whether it ends so far ahead that it holds for nothing yet."""
        return self.expires - today > dt.timedelta(days=MOST_DAYS)
