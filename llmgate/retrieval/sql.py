"""A migration in SQL → the pgvector columns and indexes that it makes, as retrieval settings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.retrieval.settings import Setting

MAX_STATEMENT_CHARS = 20_000

_COMMENT = re.compile(r"--|/\*")
_INDEX = re.compile(r"create\s+(?:unique\s+)?index\b", re.IGNORECASE)
_USING = re.compile(r"\busing\s+(hnsw|ivfflat)\b", re.IGNORECASE)
_OPERATOR = re.compile(r"\b((?:half|sparse)?(?:vec|vector)_(?:l2|ip|cosine|l1)_ops)\b", re.IGNORECASE)
_PARAMETER = re.compile(r"\b(m|ef_construction|lists)\s{0,9}=\s{0,9}'?([0-9]{1,9})\b", re.IGNORECASE)
_TABLE = re.compile(r"(?:create|alter)\s+table\b", re.IGNORECASE)
_COLUMN = re.compile(
    r"[\"\s(,]([a-z_][a-z0-9_]{0,62})\"?\s+(vector|halfvec|sparsevec)\s{0,9}\(\s{0,9}([0-9]{1,9})\s{0,9}\)",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"set\s+(?:local\s+|session\s+)?(hnsw\.ef_search|ivfflat\.probes)\s{0,9}(?:=|to)\s{0,9}'?([0-9]{1,9})",
    re.IGNORECASE,
)


def find(text: str) -> tuple[Setting, ...]:
    """List what a file of SQL says of vectors, in its order; comments are passed over."""
    return tuple(
        setting for line, statement in _statements(_without_comments(text)) for setting in _read(line, statement)
    )


def _read(line: int, statement: str) -> Iterator[Setting]:
    if _INDEX.match(statement) and (using := _USING.search(statement)):
        value: dict[str, JsonValue] = {"method": using[1].lower()}
        if operator := _OPERATOR.search(statement):
            value["operators"] = operator[1].lower()
        value |= {found[1].lower(): int(found[2]) for found in _PARAMETER.finditer(statement)}
        yield Setting(name=f"sql:{line}", line=line, value=value, rule="pgvector")
    elif _TABLE.match(statement):
        for found in _COLUMN.finditer(statement):
            column: dict[str, JsonValue] = {"column": found[1], "type": found[2].lower(), "dimension": int(found[3])}
            yield Setting(name=f"sql:{line}.{found[1]}", line=line, value=column, rule="pgvector")
    elif chosen := _SETTING.match(statement):
        yield Setting(name=chosen[1].lower(), line=line, value={chosen[1].lower(): int(chosen[2])}, rule="pgvector")


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement with the line on which it begins."""
    line = 1
    for piece in text.split(";"):
        body = piece.lstrip()
        start = line + piece.count("\n", 0, len(piece) - len(body))
        yield start, body[:MAX_STATEMENT_CHARS]
        line += piece.count("\n")


def _without_comments(text: str) -> str:
    """Blank comments out, line for line."""
    kept: list[str] = []
    at = 0
    while opening := _COMMENT.search(text, at):
        start = opening.start()
        mark, skip = ("\n", 0) if opening[0] == "--" else ("*/", 2)
        end = text.find(mark, opening.end())
        end = len(text) if end < 0 else end + skip
        kept += [text[at:start], " ", "\n" * text.count("\n", start, end)]
        at = end
    return "".join([*kept, text[at:]])
