"""Text and JSON values on their way to any sink → the same with every secret replaced."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from pydantic import JsonValue

MARK = "[redacted]"
MIN_SECRET_CHARS = 6  # shorter ones are ordinary words: replacing them would tear texts apart and hide nothing
MAX_DEPTH = 100

# Each is a literal prefix and one run of one character class, so that a search is linear in the text.
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-[A-Za-z0-9_-]{16,}"
    r"|gh[oprsu]_[A-Za-z0-9_.-]{16,}"
    r"|github_pat_[A-Za-z0-9_]{16,}"
    r"|A[KS]IA[0-9A-Z]{16}"
    r"|AIza[A-Za-z0-9_-]{30,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|[Bb]earer [A-Za-z0-9._~+/=-]{16,}"
    r")",
)
_SHAPE_HINTS = ("sk-", "gh", "AKIA", "ASIA", "AIza", "xox", "earer ")


class Redactor:
    """Replaces given secrets, their usual encodings, and whatever has the shape of a well-known token.

    Linear in the length of the text for a given number of secrets. Secrets shorter than `MIN_SECRET_CHARS` are ignored.
    Surrounding white space is no part of a secret.
    """

    __slots__ = ("_needles",)

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        usable = (secret.strip() for secret in secrets)
        needles = {needle for secret in usable if len(secret) >= MIN_SECRET_CHARS for needle in _spellings(secret)}
        self._needles = tuple(sorted((needle for needle in needles if needle not in MARK), key=_longest_first))

    def __repr__(self) -> str:
        return f"Redactor({len(self._needles)} spellings)"

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        for needle in self._needles:
            if needle in text:
                text = text.replace(needle, MARK)
        return _SHAPES.sub(MARK, text) if any(hint in text for hint in _SHAPE_HINTS) else text

    def value(self, value: JsonValue) -> JsonValue:
        """Return a copy of a JSON value without secrets, in keys as well; what lies too deep is cut off."""
        return self._value(value, MAX_DEPTH)

    def _value(self, value: JsonValue, depth: int) -> JsonValue:
        if isinstance(value, str):
            return self.text(value)
        if not isinstance(value, dict | list):
            return value
        if depth == 0:
            return MARK
        if isinstance(value, list):
            return [self._value(item, depth - 1) for item in value]
        return {self.text(key): self._value(item, depth - 1) for key, item in value.items()}


def _longest_first(needle: str) -> tuple[int, str]:
    return -len(needle), needle


def _spellings(secret: str) -> Iterator[str]:
    """Yield the secret as raw text, base64 at each alignment, hex, URL-quoted, and escaped for JSON and XML."""
    data = secret.encode("utf-8", "surrogatepass")
    yield secret
    for shift in range(3):
        yield from _base64(data, shift)
    yield data.hex()
    yield data.hex().upper()
    for quoted in (quote(data, safe=""), quote(data), quote_plus(data)):
        yield quoted
        yield re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)
    for ascii_only in (True, False):
        escaped = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield escaped.replace("/", "\\/")
        yield escaped.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    yield html.escape(secret, quote=False)
    yield html.escape(secret)
    yield html.escape(secret).replace("&#x27;", "&apos;")
    yield html.escape(secret).replace("&#x27;", "&#39;")


def _base64(data: bytes, shift: int) -> Iterator[str]:
    """Yield the characters of base64 that depend on `data` alone when `shift` unknown bytes stand before it."""
    padded = bytes(shift) + data
    own = slice((0, 2, 3)[shift], len(padded) * 8 // 6)
    yield base64.b64encode(padded).decode("ascii")[own]
    yield base64.urlsafe_b64encode(padded).decode("ascii")[own]


def of(environment: Mapping[str, str]) -> Redactor:
    """Make the redactor that knows the value of every variable that is named like a secret."""
    return Redactor(environment[name] for name in sorted(environment) if is_secret(name))


def is_secret(name: str) -> bool:
    """Tell by its name whether a variable holds a secret; `config.ProviderEntry.key` allows only names that do."""
    return any(word in name.upper() for word in ("KEY", "TOKEN", "SECRET", "PASSW", "CREDENTIAL"))
