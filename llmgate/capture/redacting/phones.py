"""A text → the places of telephone numbers in it, with or without a country code.

Google's libphonenumber (in Python: phonenumbers) says what can be a number; what may be asked of it is cut out before,
since its own matcher takes half a second for a megabyte of prose.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator

import phonenumbers

from llmgate.capture.redacting.digits import Stretch
from llmgate.capture.redacting.found import PHONE, Found

MAX_PARSED = 20_000
"""Numbers that are looked at closely, which takes 30 µs each; of more in one fixture every candidate is taken."""
MIN_DIGITS, MAX_DIGITS = 7, 15  # E.164

_START = r"(?:(?<=\\[nrt])|(?<![\w.+/#-]))"
_END = r"(?![\w+])(?!-\w)(?![.,][0-9])"
_REST = r"(?:[ ().\-/]{0,3}[0-9])"
_INTERNATIONAL = re.compile(rf"(?:(?<=\\[nrt])|(?<![\w+]))\+\(?[1-9]{_REST}{{6,14}}+(?![0-9])")
_DIALLED = re.compile(rf"{_START}00[ ]?(?P<number>[1-9]{_REST}{{7,14}}+){_END}")
_LABELLED = re.compile(
    r"(?<![A-Za-z])(?:tel|tél|telephone|telefon|tel[eé]fono|t[eé]l[eé]phone|phone|mobile|mobil|handy|cell|fax|whatsapp"
    r"|hotline|rufnummer|telefonnummer)(?: ?(?:number|no|nr|#))?[.:]{0,2} {0,3}(?:is |ist |est |es )?"
    rf"(?P<number>\(?[0-9]{_REST}{{6,14}}+){_END}",
    re.IGNORECASE,
)
_TRUNK = re.compile(rf"{_START}\(0[0-9]{{1,5}}\) ?[0-9](?:[ \-/]?[0-9]){{4,9}}+{_END}")
_NATIONAL = (
    ("US", re.compile(rf"{_START}(?:1[ .-])?\([2-9][0-9]{{2}}\) ?[2-9][0-9]{{2}}[ .-][0-9]{{4}}{_END}")),
    ("US", re.compile(rf"{_START}(?:1[.-])?[2-9][0-9]{{2}}([.-])[2-9][0-9]{{2}}\1[0-9]{{4}}{_END}")),
    ("FR", re.compile(rf"{_START}0[1-9]([ .])[0-9]{{2}}(?:\1[0-9]{{2}}){{3}}{_END}")),
    ("GB", re.compile(rf"{_START}0(?:7[0-9]{{3}} [0-9]{{3}} ?[0-9]{{3}}|20 [0-9]{{4}} [0-9]{{4}}){_END}")),
)
_DATE = re.compile(r"[12][0-9]{3}([-/.])[0-9]{2}\1[0-9]{2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2[12][0-9]{3}")
_DECIMAL = re.compile(r"\+[0-9]{1,5}\.[0-9]+")
_CUT = re.compile(r"[ ().\-/]+(?=[0-9(])")
_NO_DIGIT = re.compile("[^0-9]")
_WHOLE = re.compile(r"[ ]*(?:tel:)?\+?[0-9 ().\-/]{7,40}")

Matches = Iterator[re.Match[str]]


class Phones:
    """Finds numbers, and remembers what was said of each."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], str | None] = {}

    def found(self, text: str, stretches: Iterable[Stretch]) -> Iterator[Found]:
        """Yield numbers with a country code that can be dialled, and others that cannot be anything else.

        Those are: the written forms of North America, France and Britain, an area code in parentheses that begins
        with 0, and any number right behind a word such as `phone`.
        """
        for start, end in stretches:
            yield from heapq.merge(*self._streams(text, start, end))

    def _streams(self, text: str, start: int, end: int) -> Iterator[Iterator[Found]]:
        yield self._international(_INTERNATIONAL.finditer(text, start, end))
        yield self._dialled(_DIALLED.finditer(text, start, end))
        yield self._labelled(_LABELLED.finditer(text, start, end))
        yield (_found(match.start(), match[0], _digits(match[0])) for match in _TRUNK.finditer(text, start, end))
        for region, pattern in _NATIONAL:
            yield self._national(pattern.finditer(text, start, end), region)

    def whole(self, text: str) -> Found | None:
        """Take a text as a number whose key says that it is one."""
        digits = _digits(text)
        if not MIN_DIGITS <= len(digits) <= MAX_DIGITS or not _WHOLE.fullmatch(text) or _DATE.fullmatch(text.strip()):
            return None
        return Found(0, len(text), PHONE, "phone", self._identity(text, None) or digits)

    def _international(self, matches: Matches) -> Iterator[Found]:
        for match in matches:
            if not _DECIMAL.fullmatch(match[0]):
                number = self._longest(match[0])
                yield _found(match.start(), number, self._identity(number, None) or _digits(number))

    def _longest(self, candidate: str) -> str:
        """Cut off what follows a number, as in `+49 30 901820 12 times`."""
        if self._identity(candidate, None) is not None:
            return candidate
        cuts = [cut.start() for cut in _CUT.finditer(candidate)]
        shorter = (candidate[:end] for end in reversed(cuts))
        return next((number for number in shorter if self._identity(number, None) is not None), candidate)

    def _dialled(self, matches: Matches) -> Iterator[Found]:
        for match in matches:
            identity = self._identity(f"+{match['number']}", None)
            if identity is not None and _CUT.search(match[0]):
                yield _found(match.start(), match[0], identity)

    def _national(self, matches: Matches, region: str) -> Iterator[Found]:
        for match in matches:
            identity = self._identity(match[0], region)
            if identity is not None or region == "US":
                yield _found(match.start(), match[0], identity or _digits(match[0]))

    def _labelled(self, matches: Matches) -> Iterator[Found]:
        for match in matches:
            if not _DATE.match(match["number"]):
                yield _found(match.start("number"), match["number"], _digits(match["number"]))

    def _identity(self, number: str, region: str | None) -> str | None:
        """Return the digits of E.164, or None for what nobody can dial."""
        key = (number, region)
        if key not in self._known:
            if len(self._known) >= MAX_PARSED:
                return _digits(number)
            self._known[key] = _dialable(number, region)
        return self._known[key]


def _dialable(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")


def _digits(text: str) -> str:
    return _NO_DIGIT.sub("", text)


def _found(start: int, number: str, identity: str) -> Found:
    return Found(start, start + len(number), PHONE, "phone", identity)
