"""A text → the places of e-mail addresses in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmgate.capture.redacting.found import EMAIL, Found

# An escape such as `\n` or `%3C` may stand before an address, and `%40` or `\u0040` for its sign. Runs are possessive
# and begin where none goes on, so that each character is read a fixed number of times.
_ADDRESS = re.compile(
    r"(?:(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9A-Fa-f]{2})|(?<=\\)(?![nrtbfu])|(?<![\w.+%\\-]))"
    r"[.+-]*+(?P<local>\w[\w.+-]*+)(?:@|%40|\\u0040)(?P<domain>[^\W_][\w-]*+(?:\.[\w-]++)++)"
)
MAX_LOGIN_CHARS = 110
_LOGIN = re.compile(r"[^\s/@]+")
_FILES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "css", "js"})  # as in logo@2x.png
_TOP_LEVEL = re.compile(r"[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59}")


def found(text: str) -> Iterator[Found]:
    """Yield addresses with a domain of two labels or more; the letters of any script may be in them."""
    if "@" in text or "%40" in text or "\\u0040" in text:
        for match in _ADDRESS.finditer(text):
            domain = match["domain"].lower()
            if _is_domain(domain) and not _is_login(text, match):
                yield Found(match.start("local"), match.end(), EMAIL, "email", f"{match['local'].lower()}@{domain}")


def _is_login(text: str, match: re.Match[str]) -> bool:
    """Tell `git@host`, which everyone has, and `://user:password@host`, whose host is not personal."""
    _, scheme, login = text[max(0, match.start() - MAX_LOGIN_CHARS) : match.start("local")].rpartition("://")
    return match["local"] == "git" or (bool(scheme) and ":" in login and _LOGIN.fullmatch(login) is not None)


def _is_domain(domain: str) -> bool:
    last = domain.rsplit(".", 1)[1]
    return last not in _FILES and _TOP_LEVEL.fullmatch(last) is not None
