"""CODEOWNERS and the files that the gate hangs on → those that change without an owner's approval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from llmgate.doctor import codeowners
from llmgate.doctor.codeowners import Line, Owners, Wrong
from llmgate.doctor.finding import Finding, Id, Unseen

MAX_WORK = 200_000_000
"""What `codeowners.work` may come to; it takes ten seconds at the worst, and mostly far less."""

MOST_WRONG = 20

Kinds = Mapping[str, tuple[str, ...]]
"""What kind of file → its paths."""


def examined(place: str | None, text: str, kinds: Kinds) -> Iterator[Finding | Unseen]:
    """Hold `text`, the content of `place`, against the files; None where there is no CODEOWNERS."""
    if place is None:
        looked = ", nor ".join(codeowners.PLACES)
        yield Finding(id=Id.CODEOWNERS_MISSING, what=f"there is no {looked}", where=codeowners.PLACES[0])
        return
    read = tuple(codeowners.read(text))
    wrong = [entry for entry in read if isinstance(entry, Wrong)]
    for entry in wrong[:MOST_WRONG]:
        yield Finding(id=Id.CODEOWNERS_INVALID, what=f"the line {entry.why}", where=place, line=entry.line)
    lines = tuple(entry for entry in read if isinstance(entry, Line))
    if codeowners.work(lines, chain.from_iterable(kinds.values())) > MAX_WORK:
        yield Unseen(
            what="who owns the files of the gate",
            why=f"{place} has {len(lines):,} lines, which is too many for so many files",
            remedy="write fewer lines",
        )
        return
    owners = Owners(lines)
    for kind, paths in kinds.items():
        yield from _uncovered(kind, paths, place, owners)


def covers(text: str, paths: tuple[str, ...]) -> bool:
    """Whether every one of some paths has an owner; it has where that takes too long, which is told as not seen."""
    lines = tuple(entry for entry in codeowners.read(text) if isinstance(entry, Line))
    if codeowners.work(lines, paths) > MAX_WORK:
        return True
    owners = Owners(lines)
    return all((line := owners.decisive(path)) and line.owners for path in paths)


def _uncovered(kind: str, paths: tuple[str, ...], place: str, owners: Owners) -> Iterator[Finding]:
    open_paths: list[str] = []
    first: Line | None = None
    for path in paths:
        line = owners.decisive(path)
        if line is None or not line.owners:
            first = first or (None if open_paths else line)
            open_paths.append(path)
    if open_paths:
        more = f" and {len(open_paths) - 1:,} more" if len(open_paths) > 1 else ""
        why = f": line {first.line} takes its owners away" if first else ""
        what = f"{kind} {open_paths[0]!r}{more} {'have' if more else 'has'} no owner{why}"
        yield Finding(id=Id.CODEOWNERS_UNCOVERED, what=what, where=place, line=first.line if first else 1)
