"""Two versions of a prompt's files → the hunks in which they differ, and the files with only some of these applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from llmgate.diagnose.causes import comparing
from llmgate.diagnose.causes.comparing import Swap

MAX_LINES = 4_000
MAX_BLOCK = 10_000
"""Lines of a block before, times after: larger blocks are not aligned and stay one hunk."""
MAX_HUNKS = 64
MIN_ALIKE = 0.3
"""Two lines that share fewer of their words are not one line that was edited."""

_SENTENCE = re.compile(r"[^\n]*?(?:[.!?](?=[ \t]+\S)[ \t]+|\n|$)", re.DOTALL)
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One place of one file: characters `start` to `end` of the base's text become `added`.

    `line` is of the head's text, from 1.
    """

    path: str
    start: int
    end: int
    removed: str
    added: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The base's files of one edit by path, and the hunks that make them the head's, in their order."""

    texts: Mapping[str, str]
    hunks: tuple[Hunk, ...]

    def applied(self, chosen: Iterable[int]) -> dict[str, str]:
        """Write every file with these hunks, by their places in `hunks`, and no other."""
        wanted = frozenset(chosen)
        return {path: "".join(self._file(path, wanted)) for path in self.texts}

    def _file(self, path: str, wanted: frozenset[int]) -> Iterator[str]:
        text, at = self.texts[path], 0
        for place, hunk in enumerate(self.hunks):
            if hunk.path == path and place in wanted:
                yield text[at : hunk.start]
                yield hunk.added
                at = hunk.end
        yield text[at:]


def between(files: Mapping[str, tuple[str, str]]) -> Edit:
    """Compare files, each given as the base's and the head's text.

    Lines that were edited are found again by their words, and taken apart by sentences. More than MAX_HUNKS hunks are
    put together with their neighbours of the same file.
    """
    texts = {path: before for path, (before, _) in sorted(files.items())}
    found = [hunk for path, (before, after) in sorted(files.items()) for hunk in _hunks(path, before, after)]
    return Edit(texts=texts, hunks=tuple(_fewer(found, texts)))


@lru_cache(maxsize=16)
def _hunks(path: str, before: str, after: str) -> tuple[Hunk, ...]:
    """Compare one file; every fixture that it breaks asks for the same."""
    return tuple(_compared(path, before, after))


def _compared(path: str, before: str, after: str) -> Iterator[Hunk]:
    line, counted = 1, 0
    for swap, old, new in _places(before, after):
        (start, end), (new_start, new_end) = (old[swap.old[0]], old[swap.old[1]]), (new[swap.new[0]], new[swap.new[1]])
        line, counted = line + after.count("\n", counted, new_start), new_start
        removed, added = before[start:end], after[new_start:new_end]
        yield Hunk(path=path, start=start, end=end, removed=removed, added=added, line=line)


_Offsets = list[int]


def _places(before: str, after: str) -> Iterator[tuple[Swap, _Offsets, _Offsets]]:
    """Yield each place with the offsets that its units begin at: lines, or the sentences of a line that was edited."""
    old, new = (text.splitlines(keepends=True) for text in (before, after))
    if max(len(old), len(new)) > MAX_LINES:
        yield Swap(old=(0, 1), new=(0, 1)), [0, len(before)], [0, len(after)]
        return
    old_at, new_at = _offsets(old), _offsets(new)
    for swap in comparing.differing(old, new):
        for part in _aligned(swap, old, new):
            if part.old[1] - part.old[0] == part.new[1] - part.new[0] == 1:
                yield from _within(old[part.old[0]], new[part.new[0]], old_at[part.old[0]], new_at[part.new[0]])
            else:
                yield part, old_at, new_at


def _within(old: str, new: str, old_at: int, new_at: int) -> Iterator[tuple[Swap, _Offsets, _Offsets]]:
    """Take an edited line apart by its sentences, one by one where as many came as went."""
    before, after = ([unit for unit in _SENTENCE.findall(line) if unit] for line in (old, new))
    offsets = _offsets(before, old_at), _offsets(after, new_at)
    for swap in comparing.differing(before, after):
        if swap.old[1] - swap.old[0] != swap.new[1] - swap.new[0]:
            yield swap, *offsets
            continue
        for place in range(swap.old[1] - swap.old[0]):
            first, second = swap.old[0] + place, swap.new[0] + place
            yield Swap(old=(first, first + 1), new=(second, second + 1)), *offsets


def _offsets(units: list[str], start: int = 0) -> _Offsets:
    found = [start]
    for unit in units:
        found.append(found[-1] + len(unit))
    return found


def _aligned(swap: Swap, old: list[str], new: list[str]) -> Iterator[Swap]:
    """Part a block into lines that were edited, lines that went and lines that came.

    As many lines that went as came between two that were edited are taken for rewritten, one by one.
    """
    gone, came = old[slice(*swap.old)], new[slice(*swap.new)]
    if gone and came and len(gone) * len(came) > MAX_BLOCK:
        yield swap
        return
    at_old, at_new = 0, 0
    for here, there in [*_pairs(gone, came), (len(gone), len(came))]:
        if here - at_old == there - at_new:
            steps = range(here - at_old)
            yield from (_shifted(swap, (at_old + n, at_old + n + 1), (at_new + n, at_new + n + 1)) for n in steps)
        else:
            yield from (_shifted(swap, (place, place + 1), (at_new, at_new)) for place in range(at_old, here))
            yield from (_shifted(swap, (here, here), (place, place + 1)) for place in range(at_new, there))
        if here < len(gone):
            yield _shifted(swap, (here, here + 1), (there, there + 1))
        at_old, at_new = here + 1, there + 1


def _shifted(swap: Swap, old: tuple[int, int], new: tuple[int, int]) -> Swap:
    return Swap(old=old, new=new).shifted(swap.old[0], swap.new[0])


def _pairs(gone: list[str], came: list[str]) -> list[tuple[int, int]]:
    """Pair lines in their order so that they share as much as can be (the alignment of Needleman and Wunsch)."""
    before, after = ([frozenset(_WORD.findall(line)) for line in lines] for lines in (gone, came))
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            alike = _alike(before[i], after[j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + alike if alike else 0.0)
    found, i, j = [], 0, 0
    while i < len(before) and j < len(after):
        alike = _alike(before[i], after[j])
        if alike and best[i][j] == best[i + 1][j + 1] + alike:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    share = len(one & other) / max(len(one | other), 1)
    return share if share >= MIN_ALIKE else 0.0


def _fewer(hunks: list[Hunk], texts: Mapping[str, str]) -> Iterator[Hunk]:
    """Put neighbours together until there are few enough; a file has one hunk at least."""
    size = -(-len(hunks) // MAX_HUNKS)
    for path in sorted({hunk.path for hunk in hunks}):
        own = [hunk for hunk in hunks if hunk.path == path]
        yield from (_joined(own[place : place + size], texts[path]) for place in range(0, len(own), size))


def _joined(group: list[Hunk], text: str) -> Hunk:
    first, last = group[0], group[-1]
    between = (text[one.end : other.start] + other.added for one, other in pairwise(group))
    return Hunk(
        path=first.path,
        start=first.start,
        end=last.end,
        removed=text[first.start : last.end],
        added=first.added + "".join(between),
        line=first.line,
    )
