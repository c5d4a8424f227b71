"""JSON Schema's `format` words that are checked, without clock, network or extra packages."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re

from jsonschema import FormatChecker

CHECKER = FormatChecker(formats=())

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)++")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


@CHECKER.checks("date", raises=ValueError)
def is_date(value: object) -> bool:
    return not isinstance(value, str) or (_DATE.fullmatch(value) is not None and bool(dt.date.fromisoformat(value)))


@CHECKER.checks("time", raises=ValueError)
def is_time(value: object) -> bool:
    return not isinstance(value, str) or (_TIME.fullmatch(value) is not None and _is_clock(value[:8]))


@CHECKER.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return value[10:11] in {"T", "t", " "} and is_date(value[:10]) and is_time(value[11:])


@CHECKER.checks("email")
def is_email(value: object) -> bool:
    return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None


@CHECKER.checks("ipv4", raises=ValueError)
def is_ipv4(value: object) -> bool:
    return not isinstance(value, str) or bool(ipaddress.IPv4Address(value))


@CHECKER.checks("ipv6", raises=ValueError)
def is_ipv6(value: object) -> bool:
    return not isinstance(value, str) or not ipaddress.IPv6Address(value).scope_id


@CHECKER.checks("uuid")
def is_uuid(value: object) -> bool:
    return not isinstance(value, str) or _UUID.fullmatch(value) is not None


def _is_clock(text: str) -> bool:
    """RFC 3339 allows the leap second 23:59:60, which datetime does not know."""
    return bool(dt.time.fromisoformat("23:59:59" if text == "23:59:60" else text))
