"""Bicep or Terraform source → its objects with their entries and lines: one tolerant pass, no grammar of either.

Both languages write `key: value` or `key = value` in braces, one to a line, and that is all that a declaration needs.
The scanner reads any text in time linear in its length, ignores brackets that do not match, and stops at bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_SOURCE_CHARS = 1024 * 1024
MAX_DEPTH = 64
MAX_TEXT_CHARS = 200
MAX_TOKENS = 64  # of one statement; a declaration has a handful

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\f]+)
    | (?P<comment>//[^\n]*|\#[^\n]*|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?)
    | (?P<long>'''[^']*+(?:'(?!'')[^']*+)*+(?:''')?)
    | (?P<single>'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?)
    | (?P<double>"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?)
    | (?P<heredoc><<-?[A-Za-z_][A-Za-z0-9_]*\n)
    | (?P<newline>\n)
    | (?P<mark>[{}\[\]()=:,])
    | (?P<word>[A-Za-z0-9_.$?@*!-]+)
    | (?P<other>.)
    """,
    re.VERBOSE,
)
_CLOSES = {"{": "}", "[": "]", "(": ")"}
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What stands after a key. `literal` is its text where it is one plain string; `objects` are those right inside."""

    text: str = ""
    literal: str | None = None
    objects: tuple[Object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an object: the words before the value, as `resource x 'type'` or `name`, and the value."""

    words: tuple[str, ...]
    line: int
    value: Value


@dataclass(slots=True, kw_only=True)
class Object:
    """What stands between braces, or the whole file."""

    line: int
    entries: list[Entry] = field(default_factory=list)

    def value(self, key: str) -> Value | None:
        return next((entry.value for entry in self.entries if entry.words == (key,)), None)

    def object(self, key: str) -> Object | None:
        found = self.value(key)
        return found.objects[0] if found and found.objects else None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


@dataclass(slots=True, kw_only=True)
class _Open:
    """A bracket that is open, with the statement that is being read in it."""

    mark: str
    object: Object
    words: list[_Token] = field(default_factory=list)
    rest: list[_Token] = field(default_factory=list)
    inside: list[Object] = field(default_factory=list)
    assigned: bool = False

    def take(self, token: _Token) -> None:
        tokens = self.rest if self.assigned else self.words
        if len(tokens) < MAX_TOKENS:
            tokens.append(token)


def objects(source: str) -> tuple[Object, ...]:
    """Return every object of a file in the order of their ends, the whole file last."""
    found: list[Object] = []
    stack = [_Open(mark="", object=Object(line=1))]
    for token in _tokens(source[:MAX_SOURCE_CHARS]):
        match token.text if token.kind == "mark" else "":
            case "{" | "[" | "(" as mark if len(stack) < MAX_DEPTH:
                stack.append(_Open(mark=mark, object=Object(line=token.line)))
            case "}" | "]" | ")" as mark if _CLOSES.get(stack[-1].mark) == mark:
                _close(stack, found)
            case "=" | ":" if not stack[-1].assigned and stack[-1].words:
                stack[-1].assigned = True
            case ",":
                _end(stack[-1])
            case _ if token.kind == "newline":
                _end(stack[-1])
            case _:
                stack[-1].take(token)
    while len(stack) > 1:
        _close(stack, found)
    _end(stack[0])
    return (*found, stack[0].object)


def _close(stack: list[_Open], found: list[Object]) -> None:
    """End a bracket; what it holds belongs to the statement around it."""
    closed = stack.pop()
    _end(closed)
    around = stack[-1]
    if closed.mark == "{":
        found.append(closed.object)
        around.inside.append(closed.object)
    else:
        around.inside += [item for entry in closed.object.entries for item in entry.value.objects]
        mark = _Token("other", f"{closed.mark}…{_CLOSES[closed.mark]}", closed.object.line)
        around.take(mark)


def _end(statement: _Open) -> None:
    if statement.words or statement.inside:
        words = statement.words
        line = words[0].line if words else statement.inside[0].line
        value = _value(statement.rest, tuple(statement.inside))
        named = tuple(_plain(word) or word.text for word in words[:8])
        statement.object.entries.append(Entry(words=named, line=line, value=value))
    statement.words, statement.rest, statement.inside, statement.assigned = [], [], [], False


def _value(tokens: list[_Token], inside: tuple[Object, ...]) -> Value:
    text = " ".join(token.text for token in tokens[:20])[:MAX_TEXT_CHARS]
    return Value(text=text, literal=_plain(tokens[0]) if len(tokens) == 1 else None, objects=inside)


def _plain(token: _Token) -> str | None:
    """Return the text of a string without expressions in it, or of a number."""
    match token.kind:
        case "single" | "double" if "${" not in token.text:
            return _ESCAPED.sub(r"\1", token.text.strip(token.text[0]))[:MAX_TEXT_CHARS]
        case "word" if token.text.isdecimal():
            return token.text[:MAX_TEXT_CHARS]
        case _:
            return None


def _tokens(source: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(source):
        found = _TOKEN.match(source, position)
        if found is None:  # no token is empty, and any character is one: this is for the type checker
            return
        kind, text, position = found.lastgroup or "other", found[0], found.end()
        if kind == "heredoc":
            position = _after_heredoc(source, position, text.strip("<-\n"))
        if kind not in ("space", "comment"):
            yield _Token(kind, text, line)
        line += source.count("\n", found.start(), position)


def _after_heredoc(source: str, position: int, mark: str) -> int:
    """Return where the line ends that holds nothing but the mark, or the end of the source."""
    while position < len(source):
        end = source.find("\n", position)
        end = len(source) if end < 0 else end
        if source[position:end].strip() == mark:
            return end
        position = end + 1
    return len(source)
