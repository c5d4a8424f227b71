"""The documentation → its fenced blocks, and the commands that stand in them and in the text."""

from __future__ import annotations

import itertools
import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
_FENCE = re.compile(r"^ *(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^ *(?P=fence) *$", re.MULTILINE | re.DOTALL)
_ENDS_WITH = re.compile(r"#.*\bends with ([0-9])")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=.*")
_BETWEEN = {"&&", "||", ";", "|", "&", "(", ")"}


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block: `language` and `title` are what stands behind the fence, `text` is without its indentation."""

    page: str
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program with its arguments, and the exit code that the page tells."""

    block: Block
    words: tuple[str, ...]
    ends_with: int = 0

    @property
    def program(self) -> str:
        return self.words[0].rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.block}: {' '.join(self.words)}"


def every() -> list[Block]:
    return [block for page in PAGES for block in of(page.relative_to(ROOT).as_posix(), page.read_text())]


def of(page: str, text: str) -> Iterator[Block]:
    for found in _FENCE.finditer(text):
        language, _, rest = found["info"].strip().partition(" ")
        title = re.search(r'title="([^"]*)"', rest)
        yield Block(
            page=page,
            line=text.count("\n", 0, found.start()) + 1,
            language=language,
            title=title[1] if title else "",
            text=textwrap.dedent(found["text"]),
        )


def written(language: str) -> list[Block]:
    return [block for block in every() if block.language == language]


def commands(block: Block) -> Iterator[Command]:
    """Read the commands of a block: in one of a console those are the lines that begin with `$`."""
    lines = block.text.replace("\\\n", " ").splitlines()
    prompted = any(line.startswith("$ ") for line in lines)
    for line in lines:
        if not prompted or line.startswith("$ "):
            yield from _of_line(block, line.removeprefix("$ "))


def _of_line(block: Block, line: str) -> Iterator[Command]:
    told = _ENDS_WITH.search(line)
    for part in _split(line):
        named = itertools.dropwhile(_ASSIGNED.fullmatch, part)
        if words := [*itertools.takewhile(lambda word: word not in (">", ">>"), named)]:
            yield Command(block=block, words=tuple(words), ends_with=int(told[1]) if told else 0)


def _split(line: str) -> Iterator[list[str]]:
    reader = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    reader.whitespace_split = True
    words: list[str] = []
    for word in reader:
        if word in _BETWEEN:
            yield words
            words = []
        else:
            words.append(word)
    yield words


def inline() -> list[tuple[str, str]]:
    """Find what stands in the text as code and begins with `llmgate `, by page."""
    found = []
    for page in PAGES:
        text = _FENCE.sub("", page.read_text())
        name = page.relative_to(ROOT).as_posix()
        found += [(name, " ".join(code.split())) for code in re.findall(r"(?<!`)`(llmgate [^`]+)`(?!`)", text)]
    return sorted(set(found))
