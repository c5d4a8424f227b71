"""CODEOWNERS and the files that the gate hangs on → those that change without an owner's approval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from llmgate.doctor import codeowners
from llmgate.doctor.codeowners import Line, Wrong
from llmgate.doctor.finding import Finding, Id, Unseen

MAX_TESTS = 500_000
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
    if len(lines) * sum(map(len, kinds.values())) > MAX_TESTS:
        yield Unseen(
            what="who owns the files of the gate",
            why=f"{place} has {len(lines):,} lines, which is too many for so many files",
            remedy="write fewer lines",
        )
        return
    for kind, paths in kinds.items():
        yield from _uncovered(kind, paths, place, lines)


def covers(text: str, paths: Iterable[str]) -> bool:
    """Whether every one of a few paths has an owner."""
    lines = tuple(entry for entry in codeowners.read(text) if isinstance(entry, Line))
    return all((line := codeowners.owned(path, lines)) and line.owners for path in paths)


def _uncovered(kind: str, paths: tuple[str, ...], place: str, lines: tuple[Line, ...]) -> Iterator[Finding]:
    open_paths: list[str] = []
    first: Line | None = None
    for path in paths:
        line = codeowners.owned(path, lines)
        if line is None or not line.owners:
            first = first or (None if open_paths else line)
            open_paths.append(path)
    if open_paths:
        more = f" and {len(open_paths) - 1:,} more" if len(open_paths) > 1 else ""
        why = f": line {first.line} takes its owners away" if first else ""
        what = f"{kind} {open_paths[0]!r}{more} {'have' if more else 'has'} no owner{why}"
        yield Finding(id=Id.CODEOWNERS_UNCOVERED, what=what, where=place, line=first.line if first else 1)
