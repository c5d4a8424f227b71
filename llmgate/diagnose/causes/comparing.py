"""Two lists of lines or sentences → the stretches in which they differ, in bounded time."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_COMPARED = 250_000
"""Units before, times after, that are compared one with another: more are parted at what both have once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A stretch of units before and one after, by their places."""

    old: tuple[int, int]
    new: tuple[int, int]

    def shifted(self, old: int, new: int) -> Swap:
        return Swap(
            old=(self.old[0] + old, self.old[1] + old),
            new=(self.new[0] + new, self.new[1] + new),
        )


def differing(old: Sequence[str], new: Sequence[str]) -> Iterator[Swap]:
    """Compare all units; lists that are too long are parted first, and what is still too long is one stretch."""
    yield from _compared(old, new) if len(old) * len(new) <= MAX_COMPARED else parted(old, new)


def parted(old: Sequence[str], new: Sequence[str]) -> Iterator[Swap]:
    """Compare what stands between the units that both have at their ends, or once."""
    left = MAX_COMPARED
    at_old, at_new = 0, 0
    for here, there in [*_anchors(old, new), (len(old), len(new))]:
        gone, came = old[at_old:here], new[at_new:there]
        left -= len(gone) * len(came)
        found = _compared(gone, came) if left >= 0 else _whole(gone, came)
        yield from (swap.shifted(at_old, at_new) for swap in found)
        at_old, at_new = here + 1, there + 1


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Swap]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield Swap(old=(start, end), new=(new_start, new_end))


def _whole(old: Sequence[str], new: Sequence[str]) -> Iterator[Swap]:
    if old != new:
        yield Swap(old=(0, len(old)), new=(0, len(new)))


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pair the units of both ends that are equal, and between them those that both have once, in their order."""
    first = _shared(old, new)
    last = _shared(old[first:][::-1], new[first:][::-1])
    ends = (len(old) - last, len(new) - last)
    once = Counter(new[first : ends[1]])
    places = {unit: place for place, unit in enumerate(new[first : ends[1]], first) if once[unit] == 1}
    own = Counter(old[first : ends[0]])
    pairs = [
        (place, places[unit])
        for place, unit in enumerate(old[first : ends[0]], first)
        if own[unit] == 1 and unit in places
    ]
    return [
        *((place, place) for place in range(first)),
        *_rising(pairs),
        *((ends[0] + step, ends[1] + step) for step in range(last)),
    ]


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """Count the units that both begin with."""
    both = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in both if one != other), min(len(old), len(new)))


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep as many pairs as can be so that both places rise (patience sorting)."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int | None] = []
    for number, (_, there) in enumerate(pairs):
        pile = bisect_left(ends, there)
        before.append(tops[pile - 1] if pile else None)
        ends[pile : pile + 1] = [there]
        tops[pile : pile + 1] = [number]
    found: list[tuple[int, int]] = []
    at = tops[-1] if tops else None
    while at is not None:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
