"""What several detectors found in one text → places that do not overlap, each of one kind."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

KNOWN, SECRET, RULE, EMAIL, IBAN, CARD, PHONE = range(7)
"""Ranks: where two finds overlap, the first of these decides. KNOWN are given secrets and the shapes of tokens."""
SECRETS = frozenset((KNOWN, SECRET))


class Found(NamedTuple):
    """A place in a text that is to be replaced. What has the same identity gets the same pseudonym."""

    start: int
    end: int
    rank: int
    kind: str
    identity: str


def in_order(streams: Iterable[Iterator[Found]], *, long: bool) -> Iterable[Found]:
    """Put the finds of several detectors in order; those of a long text are not all kept at once."""
    return heapq.merge(*streams) if long else sorted(chain.from_iterable(streams))


def apart(found: Iterable[Found], text: str) -> Iterator[Found]:
    """Join finds that overlap, given in the order of their starts, so that nothing of any of them stays."""
    current: Found | None = None
    for each in found:
        if current is None or each.start >= current.end:
            if current is not None:
                yield current
            current = each
        else:
            current = _joined(current, each, text)
    if current is not None:
        yield current


def _joined(one: Found, other: Found, text: str) -> Found:
    first = min(one, other, key=lambda each: (each.rank, each.start - each.end))
    start, end = one.start, max(one.end, other.end)
    if (first.start, first.end) == (start, end):
        return first
    return Found(start, end, first.rank, first.kind, text[start:end])
