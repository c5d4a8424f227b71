"""The events of a pull request at GitHub → since when what was said of it holds, with GitHub's own times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from github.Issue import Issue
from github.IssueEvent import IssueEvent

MOST_ENTRIES = 10_000
PERSON = "User"

STARTS_ANEW = {
    "reopened": "the pull request was reopened",
    "base_ref_changed": "the pull request was given another base",
    "automatic_base_change_succeeded": "the pull request was given another base",
    "head_ref_force_pushed": "the branch was pushed to by force",
    "head_ref_restored": "the branch was restored",
}
"""What may have made another commit, or another change, of what was approved."""


class Unknown(Exception):
    """The record does not tell; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Since when a word counts, and what had been before."""

    since: dt.datetime
    because: str


def events(issue: Issue) -> tuple[IssueEvent, ...]:
    """Read the whole record, in its order.

    Raises:
        Unknown: where it has no end.
    """
    return tuple(sorted(whole(issue.get_events), key=lambda event: (event.created_at, event.id)))


def anew(found: Sequence[IssueEvent]) -> Iterator[Fresh]:
    """Find what began something new."""
    for event in found:
        if why := STARTS_ANEW.get(event.event):
            yield Fresh(since=event.created_at, because=why)


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


_T = TypeVar("_T", bound=_Numbered)


def whole(ask: Callable[[], Iterable[_T]]) -> Iterator[_T]:
    """Yield all of a list that comes in pages.

    Raises:
        Unknown: where the pages go round, or on for ever.
    """
    seen: set[int] = set()
    for entry in ask():
        if entry.id in seen or len(seen) >= MOST_ENTRIES:
            raise Unknown(f"its record has no end, or more than {MOST_ENTRIES} events")
        seen.add(entry.id)
        yield entry
