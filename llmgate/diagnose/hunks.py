"""Two versions of a prompt's files → the hunks in which they differ, and the files with only some of these applied."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MAX_UNITS = 4_000
MAX_HUNKS = 64

_UNIT = re.compile(r"[^\n]*?(?:[.!?](?=[ \t]+\S)[ \t]+|\n|$)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One place of one file: units `start` to `end` of the base's text become `added`. `line` is of the head's text."""

    path: str
    start: int
    end: int
    removed: str
    added: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The files of one edit by path, as the base has them in units, and the hunks that make them the head's."""

    units: Mapping[str, tuple[str, ...]]
    hunks: tuple[Hunk, ...]

    def applied(self, chosen: Iterable[int]) -> dict[str, str]:
        """Write every file with these hunks, by their places in `hunks`, and no other."""
        wanted = frozenset(chosen)
        return {path: "".join(self._file(path, wanted)) for path in self.units}

    def _file(self, path: str, wanted: frozenset[int]) -> Iterator[str]:
        units, at = self.units[path], 0
        for place, hunk in enumerate(self.hunks):
            if hunk.path != path or place not in wanted:
                continue
            yield from units[at : hunk.start]
            yield hunk.added
            at = hunk.end
        yield from units[at:]


def between(files: Mapping[str, tuple[str, str]]) -> Edit:
    """Compare files, each given as the base's and the head's text, by sentences and lines.

    A block that has as many units before as after is taken apart into one hunk for each, and so is what only came or
    only went. More than MAX_HUNKS hunks are put together with their neighbours of the same file.
    """
    units = {path: _units(before) for path, (before, _) in sorted(files.items())}
    found = [hunk for path, (_, after) in sorted(files.items()) for hunk in _hunks(path, units[path], _units(after))]
    return Edit(units=units, hunks=tuple(_fewer(found, units)))


def _units(text: str) -> tuple[str, ...]:
    found = tuple(unit for unit in _UNIT.findall(text) if unit)
    return found if len(found) <= MAX_UNITS else (text,)


def _hunks(path: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Hunk]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        for old, new in _parted((start, end), (new_start, new_end)):
            yield Hunk(
                path=path,
                start=old[0],
                end=old[1],
                removed="".join(before[slice(*old)]),
                added="".join(after[slice(*new)]),
                line="".join(after[: new[0]]).count("\n") + 1,
            )


_Range = tuple[int, int]


def _parted(old: _Range, new: _Range) -> Iterator[tuple[_Range, _Range]]:
    gone, came = old[1] - old[0], new[1] - new[0]
    if gone and came and gone != came:
        yield old, new
        return
    for place in range(max(gone, came)):
        step = place if gone else 0
        into = place if came else 0
        yield (old[0] + step, old[0] + step + bool(gone)), (new[0] + into, new[0] + into + bool(came))


def _fewer(hunks: list[Hunk], units: Mapping[str, tuple[str, ...]]) -> Iterator[Hunk]:
    """Put neighbours together until there are few enough; a file has one hunk at least."""
    size = -(-len(hunks) // MAX_HUNKS)
    for path in sorted({hunk.path for hunk in hunks}):
        own = [hunk for hunk in hunks if hunk.path == path]
        for place in range(0, len(own), size):
            yield _joined(own[place : place + size], units[path])


def _joined(group: list[Hunk], units: tuple[str, ...]) -> Hunk:
    first, last = group[0], group[-1]
    text, at = "", first.start
    for hunk in group:
        text += "".join(units[at : hunk.start]) + hunk.added
        at = hunk.end
    return Hunk(
        path=first.path,
        start=first.start,
        end=last.end,
        removed="".join(units[first.start : last.end]),
        added=text,
        line=first.line,
    )
