"""String and template literals of JavaScript → their text, with its escapes resolved."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import tree

if TYPE_CHECKING:
    from tree_sitter import Node

_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_CODE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_INDENTED = re.compile(r"[ \t]+(?=\S)")
_LINES = re.compile(r"\n\s*")
_LAST_CODE_POINT = 0x10FFFF


def literal(node: Node) -> str:
    """Return the text of a string literal."""
    return joined([part(child) for child in node.named_children])


def part(node: Node, *, raw: bool = False) -> str:
    """Return the text of one piece of a literal."""
    text = tree.text_of(node)
    return text if raw or node.type != "escape_sequence" else _escape(text)


def joined(texts: list[str]) -> str:
    """Join pieces; two halves of a character that are escaped one by one become that character."""
    text = "".join(texts)
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escape(sequence: str) -> str:
    if match := _CODE.fullmatch(sequence):
        code = int(match[1] or match[2] or match[3], 16)
        return chr(code) if code <= _LAST_CODE_POINT else "\N{REPLACEMENT CHARACTER}"
    rest = sequence[1:]
    return "" if rest in ("\n", "\u2028", "\u2029") else _SINGLE.get(rest, rest)


def dedented(text: str) -> str:
    """Do what the tag `dedent` does: the least indentation of the indented lines but the first goes, and both ends.

    https://github.com/dmnd/dedent
    """
    lines = text.split("\n")
    widths = [len(match[0]) for line in lines[1:] if (match := _INDENTED.match(line))]
    width = min(widths, default=0)
    rest = [line[width:] if line[:1] in (" ", "\t") else line for line in lines[1:]]
    return "\n".join([lines[0], *rest]).strip()


def _without_indent(text: str) -> str:
    """Do what `stripIndent` of common-tags does: the indentation that all lines share goes."""
    lines = text.split("\n")
    width = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[width:] for line in lines).strip()


def _without_indents(text: str) -> str:
    return "\n".join(line.lstrip() for line in text.split("\n")).strip()


def _on_one_line(text: str) -> str:
    return _LINES.sub(" ", text).strip()


TAGS: dict[str, Callable[[str], str]] = {
    "dedent": dedented,
    "oneLine": _on_one_line,
    "stripIndent": _without_indent,
    "stripIndents": _without_indents,
}
