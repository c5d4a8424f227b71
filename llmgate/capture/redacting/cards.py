"""A text → the places of payment card numbers in it: an issuer's prefix, its length, and Luhn's check digit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llmgate.capture.redacting.digits import Stretch
from llmgate.capture.redacting.found import CARD, Found

# ISO/IEC 7812: the digits that issuers begin with, and how many digits their numbers have.
_ISSUERS = re.compile(
    r"4(?:[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))[0-9]+"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|(?:6011|64[4-9]|65|62|81)[0-9]{12,}"  # Discover, UnionPay, RuPay
    r"|35(?:2[89]|[3-8])[0-9]{12,}"  # JCB
    r"|3(?:0[0-5]|[689])[0-9]{11,}"  # Diners Club
    r"|(?:50|5[6-8]|6[37])[0-9]{14,}"  # Maestro
)
_MASTERCARD_DIGITS = 16
# Numbers are written in one piece or in the groups that are embossed; no number, name or id goes on around them.
_CANDIDATE = re.compile(
    r"(?:(?<=\\[nrt])|(?<![\w+])(?<![0-9][.,])(?<!\w-))(?=([0-9](?:"
    r"[0-9]{13,18}"
    r"|[0-9]{3}(?P<sign>[ -])[0-9]{4}(?P=sign)[0-9]{4}(?P=sign)[0-9]{4}(?:(?P=sign)[0-9]{3})?"
    r"|[0-9]{3}(?P<other>[ -])[0-9]{6}(?P=other)[0-9]{4,5}"
    r"))(?![\w+])(?!-\w)(?![.,][0-9]))"
)
_NO_DIGIT = re.compile("[^0-9]")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def found(text: str, stretches: Iterable[Stretch]) -> Iterator[Found]:
    for start, end in stretches:
        for match in _CANDIDATE.finditer(text, start, end):
            digits = _NO_DIGIT.sub("", match[1])
            if is_card(digits):
                yield Found(*match.span(1), CARD, "card", digits)


def is_card(digits: str) -> bool:
    """Tell whether the digits are a card's: of random ones of sixteen about one in twenty-seven are."""
    if digits[0] in "25" and len(digits) != _MASTERCARD_DIGITS:
        return False
    return _ISSUERS.fullmatch(digits) is not None and _luhn(digits)


def _luhn(digits: str) -> bool:
    """Check ISO/IEC 7812-1's sum: every second digit from the right is doubled, and its digits are added."""
    numbers = [ord(digit) - ord("0") for digit in reversed(digits)]
    return (sum(numbers[::2]) + sum(_DOUBLED[number] for number in numbers[1::2])) % 10 == 0
