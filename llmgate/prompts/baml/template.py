"""The text of a BAML prompt → a Jinja template that says the same, with marks where messages of another role begin.

BAML renders with minijinja, `trim_blocks` and `lstrip_blocks`, puts all template strings before the prompt as macros
and trims every message (engine/baml-lib/jinja-runtime). https://docs.boundaryml.com/ref/prompt-syntax/role
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from llmgate.prompts import roles, templates
from llmgate.prompts.baml.blocks import Block
from llmgate.prompts.baml.scanner import Kind
from llmgate.prompts.prompt import Syntax

_ROLE = re.compile(
    r"\{\{-?\s{0,50}_\.(?:role|chat)\(\s{0,50}(?P<quote>[\"'])(?P<role>system|user|assistant)(?P=quote)"
    r"\s{0,50}\)\s{0,50}-?\}\}"
)
_OUTPUT_FORMAT = re.compile(r"\{\{-?\s{0,50}ctx\.output_format(?:\(\s{0,50}\))?\s{0,50}-?\}\}")
_INDENTED_TAG = re.compile(r"^[ \t]+(?=\{[%#](?!\+))", re.MULTILINE)
_TAG_AND_NEWLINE = re.compile(r"([^+\n])([%#]\})\n")
_SCOPED = re.compile(r"\{%[-+]?\s{0,50}(?:set|macro|import|from|block|extends)\b")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Template:
    """A Jinja template, and the beginning of its marks where it has any."""

    text: str
    marker: str = ""


def dedented(text: str) -> str:
    """Take away the white space that all lines begin with, and blank space at both ends."""
    lines = text.split("\n")
    width = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[width:] for line in lines).strip()


def read(path: str, source: str, text: str, macros: Mapping[str, Block], *, returns: str) -> Template:
    """Make the template of a function, or of a template string, from its text and the template strings of its file."""
    told = dedented(text)
    if returns == "string":
        told = _OUTPUT_FORMAT.sub("", told)
    used = "".join(_macro(macros[name]) for name in reached(told, macros))
    marker = roles.marker(path, source)
    whole = _marked(used, marker, trim=False) + _marked(told, marker, trim=True)
    return Template(_trimmed(whole), marker if marker in whole else "")


def reached(text: str, macros: Mapping[str, Block]) -> list[str]:
    """Return the template strings that a text names, and those that they name, in the order of the file."""
    found: set[str] = set()
    pending = [text]
    while pending:
        names = {name for name in _WORD.findall(pending.pop()) if name in macros} - found
        found |= names
        pending += [macros[name].body[0].text for name in names]
    return [name for name in macros if name in found]


def _macro(block: Block) -> str:
    return f"{{% macro {block.name}({', '.join(arguments(block))}) %}}{dedented(block.body[0].text)}{{% endmacro %}}"


def arguments(block: Block) -> list[str]:
    """Return the names of a block's arguments: words that a colon follows, inside its parentheses."""
    pairs = zip(block.signature, block.signature[1:], strict=False)
    return [token.text for token, after in pairs if token.kind is Kind.WORD and after.is_mark(":")]


def _marked(text: str, marker: str, *, trim: bool) -> str:
    """Put marks in the place of roles. Every message that is a template by itself is trimmed as BAML does it."""
    parts = _ROLE.split(text)
    messages, named = parts[::3], parts[2::3]
    if not named:
        return text
    messages = [message.strip() for message in messages]
    if trim and not _SCOPED.search(text) and not any(_is_broken(message) for message in messages):
        messages = [f"{{% filter trim %}}{message}{{% endfilter %}}" if message else "" for message in messages]
    marks = [roles.mark(marker, roles.ROLES[name]) for name in named]
    return messages[0] + "".join(mark + message for mark, message in zip(marks, messages[1:], strict=True))


def _is_broken(message: str) -> bool:
    return templates.scan(Syntax.JINJA, message).refusal is not None


def _trimmed(text: str) -> str:
    """Do what `lstrip_blocks` and `trim_blocks` do; a line's end moves into its tag, so that lines stay lines."""
    return _TAG_AND_NEWLINE.sub(r"\1\n\2", _INDENTED_TAG.sub("", text))
