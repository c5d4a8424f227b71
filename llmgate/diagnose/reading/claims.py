"""An answer → what it states that can be looked up: numbers, dates, ids, addresses, quotations and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from llmgate.diagnose.reading.words import Text, readings

MAX_CLAIMS = 60

_CITED = re.compile(r"\[[^\[\]\n]{1,300}\]")
_MARK = re.compile(r"(?m)^[ \t]{0,10}\d{1,3}[.)](?=[ \t])")
_URL = re.compile(r"https?://[^\s<>\"')\]]{3,300}|\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}")
_ID = re.compile(r"\b(?=[A-Za-z-]{0,20}\d)(?=[\d-]{0,20}[A-Za-z])[A-Za-z0-9][A-Za-z0-9-]{2,30}\b")
_QUOTE = re.compile('["\u201c]([^"\u201c\u201d\n]{8,300})["\u201d]')
_NAME = re.compile(r"(?<=[a-z,;:)] )[A-Z][\w'-]{1,30}(?: (?:of |the )?[A-Z][\w'-]{1,30}){1,4}")
_UNIT_ID = re.compile(r"\d+(?:st|nd|rd|th|k|m|km|kg|g|cm|mm|l|ml|h|s|x|am|pm)", re.IGNORECASE)


class Sort(StrEnum):
    """How a claim is looked up."""

    NUMBER = "number"
    DATE = "date"
    ID = "id"
    ADDRESS = "address"
    QUOTATION = "quotation"
    NAME = "name"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A piece of an answer."""

    sort: Sort
    text: Text
    units: frozenset[str] = frozenset()

    def stands_in(self, text: Text) -> bool:
        match self.sort:
            case Sort.NUMBER:
                return any(not readings(number).isdisjoint(text.values) for number in self.text.found.numbers)
            case Sort.DATE:
                return bool(self.text.days & text.days)
            case _:
                return self.text.folded in text.folded


def of(output: Text) -> tuple[Claim, ...]:
    """List the claims of an answer, each once; marks of lists and citations are none."""
    bare = Text(written=_CITED.sub(" ", _MARK.sub(" ", output.written)))
    return tuple(islice(_once(_claims(bare)), MAX_CLAIMS))


def unsupported(claims: Iterable[Claim], given: Iterable[Text]) -> list[Claim]:
    """List the claims that stand in nothing that was given."""
    texts = tuple(given)
    return [claim for claim in claims if not any(claim.stands_in(text) for text in texts)]


def _claims(bare: Text) -> Iterator[Claim]:
    for number in bare.found.numbers:
        units = frozenset(unit for value in number.values for unit in bare.units.get(value, ()))
        yield Claim(sort=Sort.NUMBER, text=Text(written=number.text), units=units)
    for date in bare.found.dates:
        yield Claim(sort=Sort.DATE, text=Text(written=date.text))
    for sort, pattern in ((Sort.ADDRESS, _URL), (Sort.QUOTATION, _QUOTE), (Sort.ID, _ID), (Sort.NAME, _NAME)):
        for match in islice(pattern.finditer(bare.written), MAX_CLAIMS):
            written = match[1] if sort is Sort.QUOTATION else match.group().rstrip(".,")
            if sort is not Sort.ID or not _UNIT_ID.fullmatch(written):
                yield Claim(sort=sort, text=Text(written=written))


def _once(claims: Iterable[Claim]) -> Iterator[Claim]:
    known: set[tuple[Sort, str]] = set()
    for claim in claims:
        key = (claim.sort, claim.text.folded)
        if key not in known:
            known.add(key)
            yield claim
