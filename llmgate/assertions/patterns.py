"""Regular expressions and globs that other people write, matched in linear time by RE2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import re2

from llmgate.assertions import judgement
from llmgate.errors import CannotJudge

MAX_PATTERN_CHARS = 1_000
MAX_WORK = 200_000_000  # program size × bytes of text; without a DFA, RE2 takes about 10 ns for each

_HALVES = re.compile("[\ud800-\udfff]")
_REMEDY = (
    "llmgate matches with RE2, which has no look-around and no backreferences: "
    "see https://github.com/google/re2/wiki/Syntax, or split the pattern in two"
)


def fault(pattern: str) -> str | None:
    """Tell what is wrong with a pattern, and what to do, or None."""
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"the pattern has {len(pattern)} characters; at most {MAX_PATTERN_CHARS} are allowed: shorten it"
    try:
        _compiled(pattern)
    except UnicodeEncodeError:
        return "the pattern has half of a surrogate pair: write the whole character"
    except re2.error as error:
        return f"not a regular expression ({_words(error)}); {_REMEDY}"
    return None


def found(pattern: str, text: str) -> bool:
    """Search anywhere in the text; half surrogate pairs in it count as U+FFFD.

    Raises:
        CannotJudge: if a pattern this large could take too long on a text this long.
    """
    compiled, data = _compiled(pattern), _encoded(text)
    if compiled.programsize * len(data) > MAX_WORK:
        raise CannotJudge(
            f"the pattern {judgement.quoted(pattern)} is too large for a text of {len(data)} bytes",
            remedy="use fewer or smaller counted repetitions such as .{0,200}",
        )
    return compiled.search(data) is not None


def spans(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each match that is not empty; half surrogate pairs count as U+FFFD."""
    for match in _compiled(pattern).finditer(
        text if text.isascii() else _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
    ):
        if match.end() > match.start():
            yield match.span()


def size(pattern: str) -> int:
    """Return the number of instructions that RE2 makes of a pattern: what the worst text costs, for each byte."""
    count: int = _compiled(pattern).programsize
    return count


def fits(glob: str, text: str) -> bool:
    """Match the whole text, ignoring case; `*` is any run of characters, `?` any one."""
    body = "".join({"*": ".*", "?": "."}.get(char) or re2.escape(char) for char in glob)
    return _compiled(rf"(?i)\A(?:{body})\z").search(_encoded(text)) is not None


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
