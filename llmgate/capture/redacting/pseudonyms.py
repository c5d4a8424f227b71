"""What was found → the text that stands for it, the same for the same thing, and how often each kind was found."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from llmgate.config import OWN_KINDS
from llmgate.redaction import MARK

US_FICTIONAL = 100
"""555-0100 to 555-0199 are for fiction in every area code of North America (NANPA)."""
GB_FICTIONAL = 1_000
"""07700 900000 to 900999 are for television drama (Ofcom)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What was replaced of one kind: how many different things, and in how many places."""

    kind: str
    count: int
    occurrences: int


class Pseudonyms:
    """Numbers the things of each kind from 1, in the order of their appearance, past names that are taken."""

    def __init__(self, rules: Iterable[str]) -> None:
        kinds = "|".join(map(re.escape, sorted({*OWN_KINDS, *rules}, key=lambda kind: (-len(kind), kind))))
        self._own = re.compile(
            rf"\[(?:{kinds})-[0-9]{{1,9}}\]|{re.escape(MARK)}"
            r"|person-[0-9]{1,9}@example\.com|\+1-202-555-01[0-9]{2}|\+44-7700-900[0-9]{3}"
        )
        self._taken: set[str] = set()
        self._given: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        self._occurrences: Counter[str] = Counter()

    def reserve(self, text: str) -> None:
        """Give nothing a name that stands in the text already."""
        if may_hold(text):
            self._taken.update(self._own.findall(text))

    def own(self, text: str) -> list[tuple[int, int]]:
        """List the places of pseudonyms, whoever gave them."""
        return [match.span() for match in self._own.finditer(text)] if may_hold(text) else []

    def of(self, kind: str, identity: str) -> str:
        """Return the name of a thing, and count it."""
        self._occurrences[kind] += 1
        name = self._given.get((kind, identity))
        if name is None:
            name = self._given[kind, identity] = self._free(kind)
        return name

    def report(self) -> tuple[Redaction, ...]:
        distinct = Counter(kind for kind, _ in self._given)
        return tuple(
            Redaction(kind=kind, count=distinct[kind], occurrences=self._occurrences[kind]) for kind in sorted(distinct)
        )

    def _free(self, kind: str) -> str:
        while True:
            self._numbers[kind] += 1
            name = _name(kind, self._numbers[kind])
            if name not in self._taken:
                return name


def may_hold(text: str) -> bool:
    return "-" in text and ("[" in text or "person-" in text or "-555-01" in text or "-7700-900" in text)


def inside(span: tuple[int, int], places: list[tuple[int, int]]) -> bool:
    """Tell whether one of the places, which are in order, has all of the span."""
    at = bisect_right(places, (span[0], span[1] + 1)) - 1
    candidates = places[max(0, at) : at + 2]
    return any(start <= span[0] and span[1] <= end for start, end in candidates)


def _name(kind: str, number: int) -> str:
    match kind:
        case "email":
            return f"person-{number}@example.com"
        case "phone" if number <= US_FICTIONAL:
            return f"+1-202-555-{99 + number:04}"
        case "phone" if number <= US_FICTIONAL + GB_FICTIONAL:
            return f"+44-7700-900{number - US_FICTIONAL - 1:03}"
        case _:
            return f"[{kind}-{number}]"
