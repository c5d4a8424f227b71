"""The text of CODEOWNERS → who owns a path, by GitHub's rules: the last line that matches decides.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from llmgate import patterns

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order: the first file is the only one."""

MAX_PATTERN_CHARS = 500
TRANSLATION = 150  # what a character of a pattern takes to translate, in steps of a comparison; measured

_FIELD = re.compile(r"(?:\\.|[^\\\s])+")
_SPECIAL = re.compile(r"\\(.)|(\[)")
_OWNER = re.compile(r"@[A-Za-z0-9_.-]{1,100}(?:/[A-Za-z0-9_.-]{1,100})?|[^@\s]{1,100}@[^@\s]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that GitHub reads. One without owners takes its paths out of earlier lines."""

    line: int
    pattern: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A line that GitHub skips, and why."""

    line: int
    why: str


def read(text: str) -> Iterator[Line | Wrong]:
    for number, written in enumerate(text.split("\n"), start=1):
        fields = list(takewhile(lambda field: not field.startswith("#"), _FIELD.findall(written)))
        if not fields:
            continue
        pattern, *owners = fields
        yield _wrong(number, pattern, owners) or Line(line=number, pattern=pattern, owners=tuple(owners))


class Owners:
    """Lines, ready to be asked."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._tests = [(line, _matcher(line.pattern)) for line in lines]

    def decisive(self, path: str) -> Line | None:
        """Return the line that decides about a path."""
        return next((line for line, matches in reversed(self._tests) if matches(path)), None)


def work(lines: Iterable[Line], paths: Iterable[str]) -> int:
    """Estimate what it takes to ask for these paths: wildcards times characters, and the patterns' translation."""
    every = tuple(lines)
    steps = sum(1 + line.pattern.count("*") + line.pattern.count("?") for line in every)
    return steps * sum(map(len, paths)) + TRANSLATION * sum(len(line.pattern) for line in every)


def _wrong(number: int, pattern: str, owners: list[str]) -> Wrong | None:
    why = ""
    if pattern.startswith("!"):
        why = "begins with `!`, which takes nothing out"
    elif pattern.startswith("\\#"):
        why = "begins with `\\#`, which stands for no file"
    elif len(pattern) > MAX_PATTERN_CHARS:
        why = f"has a pattern of more than {MAX_PATTERN_CHARS} characters"
    elif strange := next((owner for owner in owners if not _OWNER.fullmatch(owner)), None):
        why = f"names {strange!r}, which is no owner"
    return Wrong(line=number, why=why) if why else None


def _matcher(pattern: str) -> Callable[[str], bool]:
    """Translate a pattern: one with a slash in or before it begins at the root, others stand at any depth.

    What names a folder owns all that is in it; `docs/*` alone does not, it owns the files in `docs`. Brackets stand for
    themselves.
    """
    plain = _SPECIAL.sub(lambda match: _literal(match[1] or match[2]), pattern)
    rooted = "/" in plain.rstrip("/")
    plain, shallow = plain.lstrip("/"), rooted and plain.endswith("/*")
    if not rooted:
        plain = f"**/{plain}"
    if plain.endswith("/"):
        return patterns.matcher([f"{plain}**"])
    return patterns.matcher([plain] if shallow else [plain, f"{plain}/**"])


def _literal(character: str) -> str:
    """Write a character so that `patterns` takes it for itself."""
    return f"[{character}]" if character in "*?[" else character
