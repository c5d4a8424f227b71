"""Text → the numbers and dates written in it, each with all values that the writing may stand for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from llmgate.errors import CannotJudge

MAX_NUMBERS = 50_000

WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - easier to read
    )
}
_MONTHS = (
    {
        name: number
        for number, full in enumerate(
            "january february march april may june july august september october november december".split(),  # noqa: SIM905 - easier to read
            start=1,
        )
        for name in (full, full[:3])
    }
    | {"sept": 9}
)
_SCALES = {"k": 3, "thousand": 3, "million": 6, "mio": 6, "billion": 9, "bn": 9}

_MONTH = r"(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DATE = re.compile(
    r"(?<![\w#.,/-])(?:"
    r"(?P<y1>[0-9]{4})(?P<s1>[-/.])(?P<m1>[0-9]{1,2})(?P=s1)(?P<d1>[0-9]{1,2})(?![0-9])"
    r"|(?P<a2>[0-9]{1,2})(?P<s2>[-/.])(?P<b2>[0-9]{1,2})(?P=s2)(?P<y2>[0-9]{4})(?![0-9])"
    r"|(?P<d3>[0-9]{1,2})(?:st|nd|rd|th|\.)? (?:of )?" + _MONTH.format("m3") + r"(?:,? (?P<y3>[0-9]{4})\b)?"
    r"|" + _MONTH.format("m4") + r" (?P<d4>[0-9]{1,2})(?:st|nd|rd|th)?\b(?!\.[0-9])(?:,? (?P<y4>[0-9]{4})\b)?"
    r")",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w#])(?P<digits>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+(?!\d))?|\d++(?:[.,'\u2019]\d++)*+)"
    r"(?: ?(?P<scale>k|thousand|million|mio|billion|bn)\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"\b(?:" + "|".join(WORDS) + r")\b", re.IGNORECASE)
_SPACES = re.compile(r"[ \u00a0\u202f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A number as it is written, and its possible values as plain decimal text."""

    text: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Day:
    """A month and a day, with the year where it is written; a Day for each order of `3/4/2026`."""

    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date as it is written, and the days that it may be."""

    text: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The numbers and dates of a text."""

    numbers: tuple[Written, ...]
    dates: tuple[Dated, ...]


def find(text: str, *, words: bool) -> Found:
    """Find numbers and dates, and with `words` also number words from `zero` to `twelve`; linear in the text.

    Digits that follow a letter, a `_` or a `#` are a name and no number.

    Raises:
        CannotJudge: if there are more than MAX_NUMBERS.
    """
    dates: list[Dated] = []
    rest: list[str] = []
    end = 0
    for match in _DATE.finditer(text):
        days = tuple(sorted(set(_days(match))))
        if days:
            _bound(len(dates))
            dates.append(Dated(text=match.group(), days=days))
            rest.append(text[end : match.start()])
            end = match.end()
    rest.append(text[end:])
    return Found(dates=tuple(dates), numbers=tuple(_all_numbers(rest, words=words)))


def _all_numbers(texts: Iterable[str], *, words: bool) -> Iterator[Written]:
    count = 0
    for text in texts:
        for written in itertools.chain(_numbers(text), _words(text) if words else ()):
            _bound(count)
            count += 1
            yield written


def _bound(count: int) -> None:
    if count >= MAX_NUMBERS:
        raise CannotJudge(f"there are more than {MAX_NUMBERS} numbers in one text", id="too-much-to-judge")


def _words(text: str) -> Iterator[Written]:
    for match in _WORD.finditer(text):
        yield Written(text=match.group(), values=frozenset({WORDS[match.group().lower()]}))


def _numbers(text: str) -> Iterator[Written]:
    for match in _NUMBER.finditer(text):
        digits, scale = match.group("digits"), match.group("scale")
        values = _readings(digits)
        if scale:
            values = [_scaled(value, _SCALES[scale.lower()]) for value in values]
        if values:
            yield Written(text=match.group(), values=frozenset(values))
        else:
            parts = (part for part in re.split(r"[.,'\u2019 \u00a0\u202f]", digits) if part)
            yield from (Written(text=part, values=frozenset({_plain(part)})) for part in parts)


def _readings(digits: str) -> list[str]:
    """The values that digits with separators may stand for; none for a list, a version or an address."""
    spaced = _SPACES.split(digits)
    if len(spaced) > 1:
        head, _, fraction = spaced[-1].partition("," if "," in spaced[-1] else ".")
        return [_plain("".join([*spaced[:-1], head]), fraction)]
    pieces = re.split(r"([.,'\u2019])", digits)
    groups, marks = pieces[::2], pieces[1::2]
    if not marks:
        return [_plain(digits)]
    values = []
    if len(set(marks)) == 1 and _grouped(groups):
        values.append(_plain("".join(groups)))
    is_point = marks[-1] in ".," and marks[-1] not in marks[:-1] and len(set(marks[:-1])) <= 1
    if is_point and (len(groups) == 2 or _grouped(groups[:-1])):
        values.append(_plain("".join(groups[:-1]), groups[-1]))
    return values


def _grouped(groups: list[str]) -> bool:
    """Whether these are groups of thousands, or of lakhs as in 1,00,000."""
    first, *middle, last = groups
    return 1 <= len(first) <= 3 and first[0] != "0" and len(last) == 3 and all(len(part) in (2, 3) for part in middle)


def _plain(whole: str, fraction: str = "") -> str:
    """Write a number so that equal numbers have equal text, in ASCII digits."""
    ends = _ascii(fraction).rstrip("0")
    return (_ascii(whole).lstrip("0") or "0") + (f".{ends}" if ends else "")


def _scaled(value: str, power: int) -> str:
    whole, _, fraction = value.partition(".")
    return _plain(whole + fraction[:power].ljust(power, "0"), fraction[power:])


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def _days(match: re.Match[str]) -> Iterator[Day]:
    part = match.groupdict()
    named = part["m3"] or part["m4"]
    if named:
        day, year = part["d3"] or part["d4"], part["y3"] or part["y4"]
        candidates = [(_MONTHS[named.lower()], int(day), int(year) if year else None)]
    elif part["y1"]:
        candidates = [(int(part["m1"]), int(part["d1"]), int(part["y1"]))]
    else:
        one, other, year_ = int(part["a2"]), int(part["b2"]), int(part["y2"])
        candidates = [(month, day_, year_) for month, day_ in itertools.permutations((one, other))]
    for month, day_, year_of in candidates:
        if 1 <= month <= 12 and 1 <= day_ <= 31:
            yield Day(month=month, day=day_, year=year_of)
