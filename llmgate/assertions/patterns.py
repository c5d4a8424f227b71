"""Regular expressions and globs that other people write, matched in linear time by RE2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    data = _encoded(text)
    _refuse_too_much(pattern, len(data))
    return _compiled(pattern).search(data) is not None


def picked(pattern: str, texts: Iterable[str]) -> list[str | None]:
    """Return what the pattern's first group has in each text, at the first match; None where nothing matches.

    Half surrogate pairs count as U+FFFD.

    Raises:
        CannotJudge: if a pattern this large could take too long on texts this long together.
    """
    every = [_encoded(text) for text in texts]
    _refuse_too_much(pattern, sum(map(len, every)))
    groups = [match and match.group(1) for match in map(_compiled(pattern).search, every)]
    return [None if group is None else group.decode("utf-8", "replace") for group in groups]


def groups(pattern: str) -> int:
    """Count the groups of a pattern that capture."""
    count: int = _compiled(pattern).groups
    return count


def _refuse_too_much(pattern: str, length: int) -> None:
    if _compiled(pattern).programsize * length > MAX_WORK:
        raise CannotJudge(
            f"the pattern {judgement.quoted(pattern)} is too large for a text of {length} bytes",
            id="too-much-to-judge",
            remedy="use fewer or smaller counted repetitions such as .{0,200}",
        )


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
