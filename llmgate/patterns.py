"""Path patterns → one test of a path; `*` stays in its folder, `**` crosses folders, case counts.

The patterns come from a pull request, so every star is atomic (as in the standard library's fnmatch): a pattern full
of stars takes time proportional to the path, not exponential in it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby

_ANY_FOLDERS = "(?:[^/]+/)*"
_PIECE = re.compile(r"\*+|\?|\[[!^]?\]?[^\]]*\]|.", re.DOTALL)


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return whether a path matches any pattern; a pattern that ends in `/` means everything in the folder."""
    alternatives = tuple(dict.fromkeys(patterns))
    if not alternatives:
        return lambda _: False
    test = _compiled(alternatives).fullmatch
    return lambda path: test(path) is not None


def enters(patterns: Iterable[str], folder: str) -> bool:
    """Tell whether a pattern can match something below a folder, whose files nobody knows."""
    depth = folder.count("/") + 1
    found = (_down_to(depth, (pattern + "**" if pattern.endswith("/") else pattern).split("/")) for pattern in patterns)
    return matcher(filter(None, found))(folder)


def _down_to(depth: int, segments: list[str]) -> str:
    """Cut a pattern off at a depth; what follows stars that cross folders can always be further below."""
    if "**" in segments[:depth]:
        return "/".join(segments[: segments.index("**") + 1])
    return "/".join(segments[:depth]) if len(segments) > depth else ""


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_translated, patterns)), re.DOTALL)


def _translated(pattern: str) -> str:
    segments = (pattern + "**" if pattern.endswith("/") else pattern).split("/")
    runs = [(star, list(run)) for star, run in groupby(segments, key="**".__eq__)]
    parts = [
        _part(star, run, last=position == len(runs) - 1, after_stars=position > 0)
        for position, (star, run) in enumerate(runs)
    ]
    return "".join(parts)


def _part(star: bool, run: list[str], *, last: bool, after_stars: bool) -> str:  # noqa: FBT001 - a pair of groupby
    if star:
        return ".+" if last else ""
    fixed = "/".join(map(_segment, run))
    if last:
        return (_ANY_FOLDERS if after_stars else "") + fixed
    return f"(?>{_ANY_FOLDERS}?{fixed}/)" if after_stars else f"{fixed}/"


def _segment(text: str) -> str:
    """Translate one folder's or file's name; each star takes as little as the fixed text after it allows."""
    chunks = [""]
    for piece in _PIECE.findall(text):
        if piece.startswith("*"):
            chunks.append("")
        else:
            chunks[-1] += _fixed(piece)
    if len(chunks) == 1:
        return chunks[0]
    first, *middle, last = chunks
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in middle) + "[^/]*" + last


def _fixed(piece: str) -> str:
    if piece == "?":
        return "[^/]"
    if len(piece) > 2 and piece.startswith("["):
        negated = piece[1] in "!^"
        inner = re.sub(r"([\\\[\]^&~|])", r"\\\1", piece[2 if negated else 1 : -1])
        inner = inner.replace("-", r"\-") if "--" in inner else inner  # re keeps `--` for sets to come
        with contextlib.suppress(re.error):  # a range that runs backwards, as [z-a], stands for its own characters
            return re.compile(f"(?!/)[{'^' if negated else ''}{inner}]").pattern
    return re.escape(piece)
