"""Two texts → the places in which they differ, word by word, in bounded time."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

MAX_WORDS = 20_000
MAX_EDITS = 300
MAX_HUNKS = 20
MAX_HUNK_CHARS = 400
CONTEXT_WORDS = 6

_WORD = re.compile(r"\s+|(?:\w+|\{[{%][^{}\n]*[}%]\}|[^\w\s])\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One place: the words that went and came there, and a few words around them. `line` is of the new text, from 1.

    Each text is cut to MAX_HUNK_CHARS. Where the text is a part of a file, `comparison` makes it the line of that.
    """

    line: int
    before: str
    removed: str
    added: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`places` is None where the texts are too different for an exact comparison; the words are then counted only.

    `line` is the first line of the new text that differs, from 1. `hunks` are the first MAX_HUNKS places.
    """

    places: int | None
    added: int
    removed: int
    line: int
    hunks: tuple[Hunk, ...] = ()


class _Edit(NamedTuple):
    """One word inserted or removed, at a place of the old and of the new text."""

    old: int
    new: int
    inserts: bool

    @property
    def end(self) -> tuple[int, int]:
        return (self.old, self.new + 1) if self.inserts else (self.old + 1, self.new)


class Fate(IntEnum):
    """What became of words."""

    REMOVED = -1
    KEPT = 0
    ADDED = 1


class Segment(NamedTuple):
    """Words of one fate that follow one another."""

    fate: Fate
    text: str


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """Write two texts as one: what is kept and removed makes the old one, what is kept and added the new one.

    Where they are too different for an exact comparison, all between their first and last difference is exchanged.
    """
    if before == after:
        return (Segment(Fate.KEPT, before),) if before else ()
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    edits = _edits(middle_old, middle_new) if len(middle_old) + len(middle_new) <= MAX_WORDS else None
    fates = [(Fate.KEPT, word) for word in old[:start]]
    if edits is None:
        fates += [(Fate.REMOVED, word) for word in middle_old]
        fates += [(Fate.ADDED, word) for word in middle_new]
    else:
        fates += _woven(middle_old, middle_new, edits)
    fates += [(Fate.KEPT, word) for word in old[len(old) - end :]]
    runs = itertools.groupby(fates, key=lambda each: each[0])
    return tuple(Segment(fate, "".join(word for _, word in run)) for fate, run in runs)


def _woven(old: list[str], new: list[str], edits: list[_Edit]) -> list[tuple[Fate, str]]:
    """Write words with their fates; within a place what is removed comes before what is added."""
    woven: list[tuple[Fate, str]] = []
    at = 0
    for place in _places(edits):
        woven += [(Fate.KEPT, word) for word in old[at : place[0].old]]
        woven += [(Fate.REMOVED, old[edit.old]) for edit in place if not edit.inserts]
        woven += [(Fate.ADDED, new[edit.new]) for edit in place if edit.inserts]
        at = place[-1].end[0]
    return woven + [(Fate.KEPT, word) for word in old[at:]]


def compare(before: str, after: str) -> Wording:
    """Compare word by word; white space belongs to the word before it, and a mark or a placeholder is a word."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _shared(old, new)
    line = "".join(new[:start]).count("\n") + 1
    old, new = old[start:], new[start:]
    end = _shared(old[::-1], new[::-1])
    old, new = old[: len(old) - end], new[: len(new) - end]
    edits = _edits(old, new) if len(old) + len(new) <= MAX_WORDS else None
    if edits is None:
        return Wording(
            places=None,
            added=(Counter(new) - Counter(old)).total(),
            removed=(Counter(old) - Counter(new)).total(),
            line=line,
        )
    added = sum(edit.inserts for edit in edits)
    places = _places(edits)
    text = _Texts(before=_WORD.findall(before), after=_WORD.findall(after), shift=start)
    hunks = tuple(text.hunk(place) for place in places[:MAX_HUNKS])
    return Wording(places=len(places), added=added, removed=len(edits) - added, line=line, hunks=hunks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """Both texts in words; edits count from word `shift` of each."""

    before: list[str]
    after: list[str]
    shift: int

    def hunk(self, place: list[_Edit]) -> Hunk:
        first, (old_end, new_end) = place[0], place[-1].end
        start, end = first.new + self.shift, new_end + self.shift
        gone = self.before[first.old + self.shift : old_end + self.shift]
        return Hunk(
            line="".join(self.after[:start]).count("\n") + 1,
            before="".join(self.after[max(start - CONTEXT_WORDS, 0) : start])[-MAX_HUNK_CHARS:],
            removed="".join(gone)[:MAX_HUNK_CHARS],
            added="".join(self.after[start:end])[:MAX_HUNK_CHARS],
            after="".join(self.after[end : end + CONTEXT_WORDS])[:MAX_HUNK_CHARS],
        )


def _shared(old: list[str], new: list[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _places(edits: list[_Edit]) -> list[list[_Edit]]:
    """Group the edits that follow one another without a word that stayed between them."""
    places: list[list[_Edit]] = []
    for edit in edits:
        if places and places[-1][-1].end == (edit.old, edit.new):
            places[-1].append(edit)
        else:
            places.append([edit])
    return places


def _edits(old: list[str], new: list[str]) -> list[_Edit] | None:
    """Return the shortest edit script, or None where it has more than MAX_EDITS edits.

    E. W. Myers, An O(ND) Difference Algorithm and Its Variations, Algorithmica 1 (1986): time grows with the length
    times the number of edits, which is bounded; difflib's is quadratic to cubic in the length.
    """
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for count in range(min(len(old) + len(new), MAX_EDITS) + 1):
        history.append(dict(reach))
        for diagonal in range(-count, count + 1, 2):
            x = reach[diagonal + 1] if _inserts(reach, diagonal, count) else reach[diagonal - 1] + 1
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reach[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _traced(history, len(old), len(new))
    return None


def _inserts(reach: dict[int, int], diagonal: int, count: int) -> bool:
    return diagonal == -count or (diagonal != count and reach[diagonal - 1] < reach[diagonal + 1])


def _traced(history: list[dict[int, int]], x: int, y: int) -> list[_Edit]:
    edits: list[_Edit] = []
    for count in range(len(history) - 1, 0, -1):
        reach = history[count]
        inserts = _inserts(reach, x - y, count)
        before = x - y + 1 if inserts else x - y - 1
        x, y = reach[before], reach[before] - before
        edits.append(_Edit(x, y, inserts))
    return edits[::-1]
