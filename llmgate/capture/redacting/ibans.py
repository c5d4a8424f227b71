"""A text → the places of IBANs in it: a country, its length, and the check digits of ISO 13616."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_letters, digits

from llmgate.capture.redacting.found import IBAN, Found

# The IBAN registry (https://www.swift.com/standards/data-standards/iban-international-bank-account-number).
_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
# The check digits come first, since they are rarer than the two letters before them.
_BEFORE = "[A-Za-z]{2}[0-9]{2}"
_CANDIDATE = re.compile(
    rf"[0-9]{{2}}(?<={_BEFORE})(?:(?<![A-Za-z0-9]{_BEFORE})|(?<=\\[nrt]{_BEFORE}))(?=((?:[ -]?[A-Za-z0-9]){{11,30}}))"
)
_NO_PART = re.compile("[ -]")
_SIGNS = frozenset(" -")
_PARTS = frozenset(ascii_letters + digits)


def found(text: str) -> Iterator[Found]:
    for match in _CANDIDATE.finditer(text):
        start = match.start() - 2
        length = _LENGTHS.get(text[start : start + 2].upper(), 0)
        end = _end(text, start, length) if length else None
        if end is not None:
            compact = _NO_PART.sub("", text[start:end]).upper()
            if _checks(compact):
                yield Found(start, end, IBAN, "iban", compact)


def _end(text: str, start: int, length: int) -> int | None:
    """Return where as many letters and digits end, if they do not go on there."""
    end = start
    while length:
        char = text[end : end + 1]
        if char not in _SIGNS:
            if char not in _PARTS:
                return None
            length -= 1
        end += 1
    return None if text[end : end + 1].isalnum() else end


def _checks(compact: str) -> bool:
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
