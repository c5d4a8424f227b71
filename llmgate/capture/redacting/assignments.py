r"""A text → the places of secrets that it names: `password=…`, `"api_key": "…"`, `Cookie: …`, JSON within JSON."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator

from llmgate.capture.redacting import names
from llmgate.capture.redacting.found import SECRET, Found
from llmgate.capture.redacting.names import Meaning

_HINTS = ("passw", "passphrase", "passcode", "pwd", "secret", "token", "key", "authorization", "cookie", "credential")
# A string ends where the quotes that open it stand again: so what is read for one opening is not read for another.
# Where it is cut off, what has no blank is taken.
_ASSIGNMENT = re.compile(
    rf"(?P<name>(?:{'|'.join(_HINTS)})[a-z]{{0,6}})(?P<quoted>\\{{0,4}}[\"'])?[ \t]{{0,4}}(?::|=>?)[ \t]{{0,4}}(?:"
    r'"(?P<double>(?:[^"\\\n]|\\.){1,4000}+)"'
    r"|'(?P<single>[^'\n]{1,4000}+)'"
    r"|(?P<quotes>\\{1,4}(?P<mark>[\"']))(?P<escaped>(?:(?!(?<!\\)(?:\\?(?P=mark)|(?P=quotes)))[^\n]){1,4000}+)(?P=quotes)"
    r"|(?:\\{0,4}[\"'])?(?:(?:bearer|basic|token)[ ])?(?P<bare>[^\s\"'\\,;&<>{}()\[\]|]{6,500}+)"
    r")",
    re.IGNORECASE | re.ASCII,
)
_COOKIE = re.compile(
    r"(?<![A-Za-z0-9])(?:set-)?cookie2?:[ \t]{0,4}(?P<cookie>[^\s=;\"'\\]{1,100}=[^\n\r\"'\\]{1,8000}+)",
    re.IGNORECASE | re.ASCII,
)
_NAME_BEFORE = re.compile(r"(?<![\w.-])[\w.-]*+\Z", re.ASCII)
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey)\s+", re.IGNORECASE)
_MIN_TOKEN_CHARS = 20


def found(text: str) -> Iterator[Found]:
    lowered = text.lower()
    if any(hint in lowered for hint in _HINTS):
        yield from heapq.merge(_assigned(text), _cookies(text) if "ookie" in lowered else ())


def identity(secret: str) -> str:
    """Return what a secret is without the scheme that it is sent with."""
    return _SCHEME.sub("", secret.strip(), count=1)


def looks_random(value: str) -> bool:
    """Tell a token from a word: no blank, letters and digits."""
    return not any(map(str.isspace, value)) and any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def is_token(value: str) -> bool:
    return len(value) >= _MIN_TOKEN_CHARS and looks_random(value)


def _assigned(text: str) -> Iterator[Found]:
    for match in _ASSIGNMENT.finditer(text):
        group = match.lastgroup or "bare"
        if _is_secret(text, match, group):
            value = match[group].rstrip(".:!?") if group == "bare" else match[group]
            start = match.start(group)
            yield Found(start, start + len(value), SECRET, "secret", identity(value))


def _is_secret(text: str, match: re.Match[str], group: str) -> bool:
    """Decide by the name, and where the text may be prose by the value."""
    start = match.start()
    before = _NAME_BEFORE.search(text, max(0, start - names.MAX_NAME_CHARS), start)
    in_quotes = group != "bare" and match["quoted"] is not None
    meaning = names.meaning((before[0] if before else "") + match["name"])
    if meaning is Meaning.TOKEN:
        return is_token(match[group])
    return meaning is Meaning.SECRET and (in_quotes or looks_random(match[group]))


def _cookies(text: str) -> Iterator[Found]:
    for match in _COOKIE.finditer(text):
        yield Found(*match.span("cookie"), SECRET, "secret", match["cookie"].strip())
