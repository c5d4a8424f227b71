"""Numbers → the few fixed forms in which every renderer writes them."""

import math

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
_MOST_ODDS = 1_000_000


def count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def odds(evidence: float | None) -> str:
    """An e-value as odds, rounded down: what did not reach the limit never looks as if it had."""
    if evidence is None:
        return NONE
    if evidence > _MOST_ODDS:
        return f"over {_MOST_ODDS:,} : 1"
    if evidence >= 10:
        return f"{math.floor(evidence):,} : 1"
    if evidence >= 1:
        return f"{_short(math.floor(evidence * 10) / 10)} : 1"
    if evidence * _MOST_ODDS < 1:
        return f"1 : over {_MOST_ODDS:,}"
    inverse = 1 / evidence
    return f"1 : {math.ceil(inverse):,}" if inverse >= 10 else f"1 : {_short(math.ceil(inverse * 10) / 10)}"


def rate(share: float) -> str:
    return f"{100 * share:.1f} %"


def ratio(value: float) -> str:
    """A plain number without a unit, such as an overlap."""
    return f"{value:.2f}"


def p_value(value: float) -> str:
    """A p-value, rounded up: what is not small never looks as if it were."""
    if value < 0.001:
        return "p < 0.001"
    value, digits = min(value, 1.0), 3 if value < 0.1 else 2
    return f"p = {math.ceil(round(value * 10**digits, 6)) / 10**digits:.{digits}f}"


def points(difference: float) -> str:
    """A signed difference of two shares, in percentage points without the word."""
    text = f"{100 * abs(difference):.1f}"
    if text == "0.0":
        return "0.0"
    return f"{MINUS if difference < 0 else '+'}{text}"


def size(difference: float) -> str:
    """An unsigned difference of two shares, in percentage points without the word."""
    return _short(100 * abs(difference))


def money(usd: float) -> str:
    if usd == 0:
        return "$0"
    return "under $0.01" if usd < 0.005 else f"${usd:,.2f}"


def duration(seconds: float) -> str:
    if seconds < 1:
        return "under 1 s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 120:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def age(seconds: float) -> str:
    if seconds < 3_600:
        return "under an hour old"
    hours = int(seconds // 3_600)
    return f"{count(hours, 'hour')} old" if hours < 48 else f"{count(hours // 24, 'day')} old"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
