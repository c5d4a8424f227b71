"""TypeScript or JavaScript without tree-sitter → named texts, by a regular expression, which finds less.

Only `NAME = …` and `NAME: …` before one string or template literal are seen, where the name and the wording say that it
is a prompt. Calls, models and constants that are put together are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmgate.prompts.prompt import Rule
from llmgate.prompts.typescript import folding, prose
from llmgate.prompts.typescript.folding import Piece
from llmgate.prompts.typescript.messages import Said
from llmgate.prompts.typescript.units import Unit

REGEX = Rule(
    "typescript.regex", "a name before the text says that it is a prompt; tree-sitter is not installed", certain=False
)

_NAMED = re.compile(
    r"(?<![\w$.])([A-Za-z_$][\w$]{0,80})(?:[ \t]{0,20}:[ \t]{0,20}string)?\s{0,20}[=:]\s{0,20}(?=([`\"']))"
)
_ENDS = {quote: re.compile(rf"\\|{quote}" + ("" if quote == "`" else r"|\n")) for quote in "`\"'"}
_BRACES = re.compile(r"[{}]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


def units_of(source: str) -> Iterator[Unit]:
    """Yield the units in the source's order."""
    position, line, counted = 0, 1, 0
    while match := _NAMED.search(source, position):
        end = _end(source, match.end(), _ENDS[match[2]])
        position = match.end() + 1 if end is None else end + 1
        if end is None:
            continue
        name, text = match[1], source[match.end() + 1 : end]
        line, counted = line + source.count("\n", counted, match.start()), match.start()
        if prose.is_prompt(text, prose.strength(name)):
            said = [Said(None, folding.merged(_pieces(text) if match[2] == "`" else [Piece(_plain(text))]))]
            last = line + text.count("\n")
            yield Unit(name=name, line=line, last=last, start=match.start(), rule=REGEX, said=said)


def _end(source: str, start: int, ends: re.Pattern[str]) -> int | None:
    """Return where the literal that begins at `start` ends, if it does."""
    position = start + 1
    while found := ends.search(source, position):
        if found.group() != "\\":
            return None if found.group() == "\n" else found.start()
        position = found.end() + 1
    return None


def _pieces(text: str) -> Iterator[Piece]:
    """Take a template literal apart at `${…}`; braces in an expression are counted, whatever stands in it."""
    position = 0
    while (start := text.find("${", position)) >= 0:
        yield Piece(_plain(text[position:start]))
        depth, position = 1, start + 2
        while depth and (brace := _BRACES.search(text, position)):
            depth += 1 if brace.group() == "{" else -1
            position = brace.end()
        yield folding.slot(" ".join(text[start + 2 : position - 1].split()))
        if depth:
            return
    yield Piece(_plain(text[position:]))


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda match: _SINGLE.get(match[1], match[1]), text)
