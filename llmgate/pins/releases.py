"""Names with a date or a number at their end → which name they are releases of, and whether two name the same model."""

from __future__ import annotations

import re

# 2026-01-15, 20260115, 01-2026, 05-06, 2512, 0613, 002; not the 1 of another generation, nor a longer number
_END = r"20\d{2}-\d{2}-\d{2}|20\d{6}|2\d{5}|\d{2}-20\d{2}|\d{2}-\d{2}|\d{4}|0\d{2}"
_RELEASE = re.compile(rf"(?P<stem>.+?)[-@](?P<end>{_END})", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{2})-(20\d{2})", re.ASCII)
_MOVES = re.compile(r"v?\d[\d.]*|preview|exp", re.ASCII)

LATEST = ("-latest", ":latest", "@latest")


def split(name: str) -> tuple[str, str]:
    """`gpt-4o-2024-08-06` → `gpt-4o` and what sorts as its date; a name without one has an empty date."""
    found = _RELEASE.fullmatch(name)
    return (found["stem"], _MONTH_FIRST.sub(r"\2-\1", found["end"])) if found else (name, "")


def is_latest(name: str) -> bool:
    return name == "latest" or name.endswith(LATEST)


def without_latest(name: str) -> str:
    return name[: -len("-latest")] if name.endswith(LATEST) else name


def same(asked: str, served: str) -> bool:
    """Tell whether `served` is `asked`, a release of it, or what a name that ends in `-latest` can stand for.

    `x-1` may answer as `x-1-2026-01-15`, and `x-flash-latest` as `x-3.1-flash`: pins say if such a name may be used.
    """
    if asked == served or split(served)[0] == asked:
        return True
    return is_latest(asked) and _could_be(without_latest(asked).split("-"), served.split("-"))


def _could_be(words: list[str], served: list[str]) -> bool:
    more = list(served)
    for word in words:
        if word not in more:
            return False
        more.remove(word)
    return all(_MOVES.fullmatch(word) for word in more)
