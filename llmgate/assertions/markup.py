"""Text → the tags in it, of XML or HTML, in linear time.

Why linear: only a tag can begin and fail to match, at the next `<` outside quotes. Each quote swaps two of three states
(outside, in ', in "), so that attempts that begin at different places never share a state: at most two, those inside
quotes, ever run on over the same character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_START = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PIECE = re.compile(
    rf"""<!--.*?(?:-->|\Z)
      | <!\[CDATA\[.*?(?:\]\]>|\Z)
      | <\?.*?(?:\?>|\Z)
      | <!(?:[^>"'\[]++|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|\[[^\]]*(?:\]|\Z))*+(?:>|\Z)
      | <(?P<close>/?)(?P<name>[{_START}][-.0-9\u00B7\u0300-\u036F\u203F\u2040{_START}]*+)
        (?P<rest>(?:[^<>"']++|"[^"]*"|'[^']*')*+)>""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """`<name …>`, `</name>` if it closes, `<name …/>` if it is empty; `start` and `end` are where it stands."""

    name: str
    start: int
    end: int
    closes: bool
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A comment, a CDATA section, a processing instruction or a declaration."""

    start: int
    end: int


def pieces(text: str, start: int = 0) -> Iterator[Tag | Aside]:
    """Yield tags and asides in their order; what lies between them is text."""
    for match in _PIECE.finditer(text, start):
        if match["name"] is None:
            yield Aside(start=match.start(), end=match.end())
        else:
            yield Tag(
                name=match["name"],
                start=match.start(),
                end=match.end(),
                closes=match["close"] == "/",
                is_empty=match["rest"].rstrip().endswith("/"),
            )
