"""A JSON value of any type → what a field should have been, or nothing."""

from __future__ import annotations

import datetime as dt

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.span import Json

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
# A whole number of this many digits or more is at least in nanoseconds, in microseconds, in milliseconds since 1970.
_UNITS = ((10**17, 1), (10**14, 10**3), (10**11, 10**6), (0, 10**9))
_MAX_NS = 2**63


def text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None


def first(value: Json, *keys: str) -> str | None:
    """Return the first text that stands under one of the keys."""
    return next((found for key in keys if (found := text(value.get(key))) is not None), None)


def name(value: JsonValue) -> str | None:
    """Return an id, which some sources write as a number."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**128:
        return str(value)
    return text(value)


def mapping(value: JsonValue) -> dict[str, JsonValue]:
    """Return an object, also one that is written in a text."""
    value = messages.parse(value)
    return value if isinstance(value, dict) else {}


def items(value: JsonValue) -> list[JsonValue]:
    """Return a list, also one that is written in a text."""
    value = messages.parse(value)
    return value if isinstance(value, list) else []


def texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(item for item in items(value) if isinstance(item, str))


def number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= _MAX_NS:
        return None
    return float(value)


def whole(value: JsonValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def nanoseconds(value: JsonValue) -> int:
    """Return a time as nanoseconds since 1970, 0 where it is none: ISO 8601, in UTC without an offset, or a number."""
    if isinstance(value, str):
        return _of_iso(value)
    amount = number(value)
    if amount is None or amount <= 0:
        return 0
    unit = next(unit for least, unit in _UNITS if amount >= least)
    exact = value if isinstance(value, int) else amount
    return int(exact * unit)


def _of_iso(value: str) -> int:
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return 0
    try:
        since = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)) - _EPOCH
    except OverflowError:
        return 0
    return max(since // _MICROSECOND * 1000, 0)
