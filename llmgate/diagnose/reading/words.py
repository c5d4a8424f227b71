"""Text → what can be compared of it: folded, its content words, its numbers with their units, its dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from llmgate.assertions import grounding_supported_ratio, numerals
from llmgate.assertions.numerals import Found, Written
from llmgate.errors import CannotJudge

MAX_CHARS = 20_000
"""Of one text. What stands further on is not looked at: a sign needs no more, and time is bounded."""
SHORT_CHARS = 5
"""Up to so long a word is looked for as a whole word."""

_UNIT = re.compile(r"(?<![\w#])(\d[\d.,'\u2019]{0,20})[ \u00a0-]?(%|[€$£¥]|[^\W\d_]{1,30}(?:[ -][^\W\d_]{1,30})?)?")
_BEFORE = re.compile(r"([€$£¥])[ \u00a0]?(\d[\d.,'\u2019]{0,20})")
_DIGITS = re.compile(r"\d[\d.,'\u2019]{0,20}")
_SIGNS = {"%": "percent", "€": "euro", "$": "dollar", "£": "pound", "¥": "yen", "eur": "euro", "usd": "dollar"}
_NOTHING = Found(numbers=(), dates=())


def cut(text: str) -> str:
    return text if len(text) <= MAX_CHARS else text[:MAX_CHARS]


def fold(text: str) -> str:
    """Put text in one case, with single spaces and straight quotes."""
    return " ".join(text.replace("\u2019", "'").replace("*", "").casefold().split())


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text that is asked several questions. Each answer is found once."""

    written: str

    @cached_property
    def folded(self) -> str:
        return fold(self.written)

    @cached_property
    def words(self) -> frozenset[str]:
        """The content words, in one case; numbers are not among them."""
        return frozenset(word for word in grounding_supported_ratio.content(self.written) if not word.isdigit())

    @cached_property
    def every(self) -> frozenset[str]:
        return frozenset(re.findall(r"\w+", self.folded))

    @cached_property
    def found(self) -> Found:
        """The numbers and dates; nothing of a text that has too many to look at."""
        try:
            return numerals.find(self.written, words=True)
        except CannotJudge:
            return _NOTHING

    @cached_property
    def values(self) -> frozenset[str]:
        """Every value that a number of the text may have, and the parts of its dates."""
        written = {value for number in self.found.numbers for value in readings(number)}
        parts = {str(part) for date in self.found.dates for day in date.days for part in (day.day, day.year) if part}
        return frozenset(written | parts)

    @cached_property
    def days(self) -> frozenset[tuple[int, int]]:
        return frozenset((day.month, day.day) for date in self.found.dates for day in date.days)

    @cached_property
    def units(self) -> dict[str, set[str]]:
        """The units that each value stands with, in the singular."""
        found: dict[str, set[str]] = {}
        pairs = [(match[1], match[2]) for match in _UNIT.finditer(self.written)]
        pairs += [(match[2], match[1]) for match in _BEFORE.finditer(self.written)]
        for digits, unit in pairs:
            if unit:
                named = grounding_supported_ratio.content(unit) or [unit]
                for value in values(digits):
                    found.setdefault(value, set()).update(map(singular, named))
        return found

    def has(self, part: Text) -> bool:
        """Tell whether a short text stands here: as it is, or its numbers with their units and its words."""
        if not part.folded:
            return False
        if not part.values and not part.days:
            return self._has_phrase(part)
        return part.days <= self.days and self._has_numbers(part) and self._has_words(part)

    def _has_phrase(self, part: Text) -> bool:
        if len(part.folded) <= SHORT_CHARS and part.folded.isalnum():
            return part.folded in self.every
        return part.folded in self.folded or (len(part.words) > 1 and part.words <= self.words)

    def _has_numbers(self, part: Text) -> bool:
        return all(
            any(value in self.values and self._same_unit(value, part) for value in readings(number))
            for number in part.found.numbers
        )

    def _same_unit(self, value: str, part: Text) -> bool:
        wanted, here = part.units.get(value), self.units.get(value)
        return not wanted or not here or bool(wanted & here)

    def _has_words(self, part: Text) -> bool:
        words = {singular(word) for word in part.words} - {unit for units in part.units.values() for unit in units}
        here = {singular(word) for word in self.words}
        return not words or len(words & here) * 2 >= len(words)


def readings(number: Written) -> frozenset[str]:
    """Return what a number may stand for; of `12.5 million` also 12.5, as others leave the word to the reader."""
    digits = _DIGITS.match(number.text)
    return number.values | values(digits.group()) if digits and digits.end() < len(number.text) else number.values


def values(digits: str) -> frozenset[str]:
    """Return what digits with separators may stand for."""
    found = numerals.find(digits.strip(".,'\u2019"), words=False)
    return frozenset(value for number in found.numbers for value in number.values)


def singular(word: str) -> str:
    folded = word.casefold()
    folded = _SIGNS.get(folded, folded)
    return folded.removesuffix("s") if len(folded) > 3 else folded


def is_evidence(text: str) -> bool:
    """Tell whether a text says enough to be looked for in documents: a number, an id, a name, or several words."""
    part = Text(written=text)
    return bool(part.values or part.days or len(part.words) > 1 or re.search(r"\d|[^\W\d_][A-Z]", text))
