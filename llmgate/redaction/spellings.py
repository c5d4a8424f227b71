"""A secret → all the ways in which it may stand in a text."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus


def of(secret: str) -> Iterator[str]:
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
