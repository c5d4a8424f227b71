"""The tokens of a BAML file → its functions, clients, template strings and types, and the values in braces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmgate.prompts.baml.scanner import Kind, Token

if TYPE_CHECKING:
    from pydantic import JsonValue

MAX_LEVELS = 20

_KEYWORDS = frozenset(
    {"class", "client", "enum", "function", "generator", "retry_policy", "template_string", "test", "type"}
)


class Misplaced(Exception):
    """Braces are not balanced, or something is missing."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`keyword name signature { body }`; the body of a template string is its text."""

    keyword: str
    name: str
    line: int
    signature: tuple[Token, ...] = ()
    body: tuple[Token, ...] = ()


def blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield the blocks in order; raises Misplaced. What begins with another word is passed over."""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.kind is Kind.WORD and token.text in _KEYWORDS and _begins_line(tokens, place):
            block, place = _block(tokens, place)
            yield block
        else:
            place = _after(tokens, place) if token.is_mark("{") else place + 1


def _block(tokens: Sequence[Token], place: int) -> tuple[Block, int]:
    first = tokens[place]
    signature: list[Token] = []
    place += 1
    while place < len(tokens) and not tokens[place].is_mark("{") and tokens[place].kind is not Kind.BLOCK:
        if tokens[place].text in _KEYWORDS and tokens[place].kind is Kind.WORD and _begins_line(tokens, place):
            break
        signature.append(tokens[place])
        place += 1
    body: Sequence[Token] = ()
    if place < len(tokens) and tokens[place].kind is Kind.BLOCK:
        body, place = tokens[place : place + 1], place + 1
    elif place < len(tokens) and tokens[place].is_mark("{"):
        end = _after(tokens, place)
        body, place = tokens[place + 1 : end - 1], end
    elif first.text != "type":
        raise Misplaced(first.line, f"the {first.text} has no body")
    names = [token.text for token in signature if token.kind is Kind.WORD]
    name = _name(first.text, names)
    if not name:
        raise Misplaced(first.line, f"the {first.text} has no name")
    made = Block(keyword=first.text, name=name, line=first.line, signature=tuple(signature), body=tuple(body))
    return made, place


def _name(keyword: str, words: list[str]) -> str:
    """Return a block's name: after `client<llm>` it is the second word."""
    return next(iter(words[1:] if keyword == "client" and words[:1] == ["llm"] else words), "")


def _begins_line(tokens: Sequence[Token], place: int) -> bool:
    return place == 0 or tokens[place - 1].line < tokens[place].line or tokens[place - 1].is_mark("}")


def _after(tokens: Sequence[Token], place: int) -> int:
    """Return the place after the brace that closes the one at `place`."""
    depth = 0
    for at in range(place, len(tokens)):
        depth += 1 if tokens[at].is_mark("{") else -1 if tokens[at].is_mark("}") else 0
        if not depth:
            return at + 1
    raise Misplaced(tokens[place].line, "the brace is not closed")


def properties(source: str, body: Sequence[Token], level: int = 0) -> dict[str, JsonValue]:
    """Read `key value` lines as JSON; a value that is no string, number, list or block is its own text."""
    found: dict[str, JsonValue] = {}
    place = 0
    while place < len(body):
        key = body[place]
        if place + 1 == len(body) or key.kind is Kind.MARK:
            place += 1
            continue
        found[key.text], place = _value(source, body, place + 1, level)
    return found


def _value(source: str, body: Sequence[Token], place: int, level: int) -> tuple[JsonValue, int]:
    token = body[place]
    if level > MAX_LEVELS:
        raise Misplaced(token.line, f"the value is nested deeper than {MAX_LEVELS} levels")
    if token.is_mark("{"):
        end = _after(body, place)
        return properties(source, body[place + 1 : end - 1], level + 1), end
    if token.is_mark("["):
        return _list(source, body, place + 1, level)
    if token.kind in (Kind.TEXT, Kind.BLOCK):
        return token.text, place + 1
    end = place + 1
    while end < len(body) and body[end].line == token.line and not _begins_other(body, end):
        end += 1
    return scalar(source[token.start : body[end - 1].end]), end


def _begins_other(body: Sequence[Token], place: int) -> bool:
    """Tell whether an unquoted value ends before a token: at a mark, or where `key {` follows on its line."""
    return body[place].is_mark(",]}{") or any(token.is_mark("{") for token in body[place + 1 : place + 2])


def _list(source: str, body: Sequence[Token], place: int, level: int) -> tuple[JsonValue, int]:
    items: list[JsonValue] = []
    while place < len(body) and not body[place].is_mark("]"):
        if body[place].is_mark(","):
            place += 1
        else:
            item, place = _value(source, body, place, level + 1)
            items.append(item)
    return items, place + 1


def scalar(text: str) -> JsonValue:
    """Read an unquoted value."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return text
