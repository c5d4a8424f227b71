"""A broken fixture and the changes → the line to look at: of the edit that broke it, where one is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from llmgate.report import ChangeEntry, FixtureEntry
from llmgate.report.diagnosis import LocatedEntry

_FACTORS = {"schema": "params", "index": "retrieval"}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A line of a file of the head, from 1. Without a file it is the change as a whole."""

    file: str = ""
    line: int = 1


def of(fixture: FixtureEntry, changes: Iterable[ChangeEntry]) -> Place:
    """Take the place of the prompt that breaks it, else the change that does, else the fixture itself."""
    found = fixture.diagnosis
    if found and found.located and _is_shown(found.located):
        return Place(file=found.located.hunks[0].path, line=max(found.located.hunks[0].line, 1))
    reaching = [change for change in changes if fixture.id in change.fixtures]
    causes = {name for cause in found.attribution.causes for name in cause} if found and found.attribution else set()
    blamed = [change for change in reaching if _FACTORS.get(change.kind, change.kind) in causes]
    return changed(blamed or reaching) or Place(file=fixture.file or "", line=max(fixture.line or 1, 1))


def changed(changes: Iterable[ChangeEntry]) -> Place | None:
    """Find the first line that a change leaves on the head, of a prompt before others; None where there is none."""
    left = [change for change in changes if change.path and change.what != "removed"]
    first = min(left, key=lambda change: change.kind != "prompt", default=None)
    return Place(file=first.path or "", line=max(first.line or 1, 1)) if first else None


def _is_shown(located: LocatedEntry) -> bool:
    """Whether the places are the whole edit, or were shown to matter; a search can end without either."""
    return bool(located.hunks) and (located.total <= 1 or located.breaks or located.suffices)
