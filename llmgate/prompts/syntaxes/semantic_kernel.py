"""A Semantic Kernel template → its text, the variables and function calls in it, and the text once it is filled.

`{{$name}}` is a variable, `{{'text'}}` a value, `{{plugin.function …}}` a call of the program's code.
https://learn.microsoft.com/en-us/semantic-kernel/concepts/prompts/prompt-template-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from llmgate.errors import RenderError
from llmgate.prompts.syntaxes import Refusal, Scanned, slots
from llmgate.prompts.syntaxes.parts import Parts

if TYPE_CHECKING:
    from pydantic import JsonValue

_MARK = re.compile(r"""\\|["']|\{\{(?!\{)|\}\}""")
_NAME = re.compile(r"\$[A-Za-z0-9_]{1,100}")
_TEXT = re.compile(r"""(["'])((?:\\["'\\]|(?!\1)[^\\]|\\)*+)\1""")
_CALL = re.compile(r"""[A-Za-z0-9_]{1,100}(?:\.[A-Za-z0-9_]{1,100})?(?=\s|\Z)""")
_ARGUMENT = re.compile(
    r"""\s++((?:[A-Za-z0-9_]++\s*+=\s*+)?(?:\$[A-Za-z0-9_]++|"(?:\\.|[^"\\])*+"|'(?:\\.|[^'\\])*+'))"""
)
_VARIABLE = re.compile(r"""\$([A-Za-z0-9_]++)|"(?:\\.|[^"\\])*+"|'(?:\\.|[^'\\])*+'""")


class _Piece(NamedTuple):
    """A text, or a block: `code` is None where it is text."""

    text: str
    code: str | None
    line: int


def scan(text: str) -> Scanned:
    parts = Parts()
    for piece in _pieces(text):
        code = piece.code
        if code is None:
            parts.say(piece.text)
        elif _NAME.fullmatch(code):
            parts.name(code[1:], "placeholder")
            parts.read.add(code[1:])
        elif (value := _value(code)) is not None:
            parts.say(value)
        elif (arguments := _arguments(code)) is not None:
            read = [match[1] for match in _VARIABLE.finditer(code) if match[1]]
            parts.names += read
            parts.read.update(read)
            parts.logic.append(("call", " ".join(arguments)))
        else:
            return Scanned(refusal=Refusal(piece.line, f"no Semantic Kernel template: {{{{{code[:80]}}}}} is no block"))
    return parts.scanned()


def fill(where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> str:
    """Put values in.

    Raises:
        RenderError: where a variable is missing, a function is called, or the result exceeds the limit.
    """
    return "".join(_filled(where, text, variables, limit))


def _filled(where: str, text: str, variables: Mapping[str, JsonValue], limit: int) -> Iterator[str]:
    size = 0
    for piece in _pieces(text):
        said = _said(where, piece, variables)
        size += len(said)
        slots.guard(where, size, limit)
        yield said


def _said(where: str, piece: _Piece, variables: Mapping[str, JsonValue]) -> str:
    code = piece.code
    if code is None:
        return piece.text
    if _NAME.fullmatch(code):
        return slots.value_of(where, code[1:], variables, line=piece.line)
    if (value := _value(code)) is not None:
        return value
    raise RenderError(
        f"{where}:{piece.line}: {{{{{code[:80]}}}}} calls a function of the program, which llmgate does not run",
        id="not-imitated",
        remedy="Pass its result as a variable.",
    )


def _pieces(text: str) -> Iterator[_Piece]:
    end, line = 0, 1
    for span in _blocks(text):
        code = text[span.start + 2 : span.stop - 2].strip()
        if not code:
            continue
        if span.start > end:
            yield _Piece(text[end : span.start], None, line)
        line += text.count("\n", end, span.start)
        yield _Piece("", code, line)
        line += text.count("\n", span.start, span.stop)
        end = span.stop
    if end < len(text):
        yield _Piece(text[end:], None, line)


def _blocks(text: str) -> Iterator[range]:
    """Find the blocks: the last `{{` before a `}}`, neither in quotes."""
    start, quote, skipped = -1, "", -1
    for match in _MARK.finditer(text):
        mark = match.group()
        if match.start() == skipped:
            continue
        if quote:
            if mark == "\\" and text[match.end() : match.end() + 1] in ("\\", '"', "'"):
                skipped = match.end()
            quote = "" if mark == quote else quote
        elif mark == "{{":
            start = match.start()
        elif start >= 0 and mark in ('"', "'"):
            quote = mark
        elif start >= 0 and mark == "}}":
            yield range(start, match.end())
            start = -1


def _value(code: str) -> str | None:
    match = _TEXT.fullmatch(code)
    return re.sub(r"""\\(["'\\])""", r"\1", match[2]) if match else None


def _arguments(code: str) -> list[str] | None:
    """Return a call's function and arguments, or None where it is no call."""
    match = _CALL.match(code)
    if match is None:
        return None
    found, position = [match.group()], match.end()
    while argument := _ARGUMENT.match(code, position):
        found.append(re.sub(r"\s*=\s*", "=", argument[1], count=1))
        position = argument.end()
    return found if position == len(code) else None
