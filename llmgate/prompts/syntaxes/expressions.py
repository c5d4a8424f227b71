"""What stands in a Handlebars tag → a call: a path or a helper, what it is given, and the names for what it gives.

https://handlebarsjs.com/guide/expressions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pydantic import JsonValue

MAX_NESTING = 20

_TOKEN = re.compile(
    r"""\s*+(?:(?P<string>"(?:\\"|[^"])*+"|'(?:\\'|[^'])*+')|(?P<mark>[()=|])|(?P<word>(?:\[[^\]]*+\]|[^\s"'()=|\[\]])++))"""
)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_SEGMENT = re.compile(r"\[[^\]]*+\]|\.\.|[^./\[\]]++")
_WRONG = re.compile(r"[!%&*+,;<>^`{}~#]|(?<=.)@")
_LITERALS: dict[str, JsonValue] = {"true": True, "false": False, "null": None, "undefined": None}


class Misread(ValueError):
    """It is no expression."""


class Path(NamedTuple):
    """A name: `up` counts the `../` before it, `data` says that it is one of the `@` names."""

    parts: tuple[str, ...]
    up: int = 0
    data: bool = False
    own: bool = False


class Literal(NamedTuple):
    value: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`target` is a helper where there is anything beside it, else what is printed. `names` are those between bars."""

    target: Path | Literal | Call
    params: tuple[Path | Literal | Call, ...] = ()
    options: tuple[tuple[str, Path | Literal | Call], ...] = ()
    names: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        return not self.params and not self.options

    @property
    def helper(self) -> str:
        """The name of the helper that it may be, empty where it can be none."""
        match self.target:
            case Path(parts=(name,), up=0, data=False, own=False):
                return name
            case _:
                return ""


Expression = Path | Literal | Call


@lru_cache(maxsize=4096)
def parse(text: str) -> Call:
    """Read what stands in a tag.

    Raises:
        Misread: with the reason.
    """
    reading = _Reading(tokens=list(_tokens(text)))
    call = reading.call(0)
    if reading.position < len(reading.tokens):
        raise Misread(f"{reading.tokens[reading.position][1][:40]!r} does not belong there")
    return call


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise Misread(f"{text[position : position + 40]!r} is not closed, or no name")
        position = match.end()
        yield match.lastgroup or "", match[match.lastgroup or 0]


@dataclass(slots=True, kw_only=True)
class _Reading:
    tokens: list[tuple[str, str]]
    position: int = 0

    def call(self, depth: int) -> Call:
        if depth > MAX_NESTING:
            raise Misread(f"parentheses nest deeper than {MAX_NESTING} levels")
        target = self.one(depth)
        params: list[Expression] = []
        options: list[tuple[str, Expression]] = []
        while self.position < len(self.tokens) and self._is_more():
            if self._at(1) == ("mark", "="):
                name = self.tokens[self.position][1]
                self.position += 2
                options.append((name, self.one(depth)))
            else:
                params.append(self.one(depth))
        return Call(target=target, params=tuple(params), options=tuple(options), names=self._names())

    def one(self, depth: int) -> Expression:
        kind, text = self._at(0)
        self.position += 1
        match kind:
            case "string":
                return Literal(text[1:-1].replace(f"\\{text[0]}", text[0]))
            case "word":
                return _word(text)
            case "mark" if text == "(":
                inner = self.call(depth + 1)
                if self._at(0) != ("mark", ")"):
                    raise Misread("a parenthesis is not closed")
                self.position += 1
                return inner
            case _:
                raise Misread(f"{text or 'nothing'!r} stands where a name is expected")

    def _is_more(self) -> bool:
        return self._at(0) != ("mark", ")") and self._at(0) != ("mark", "|") and not self._begins_names()

    def _begins_names(self) -> bool:
        return self._at(0) == ("word", "as") and self._at(1) == ("mark", "|")

    def _names(self) -> tuple[str, ...]:
        if not self._begins_names():
            return ()
        end = next((p for p in range(self.position + 2, len(self.tokens)) if self.tokens[p] == ("mark", "|")), None)
        if end is None:
            raise Misread("the names between bars are not closed")
        names = tuple(text for _, text in self.tokens[self.position + 2 : end])
        self.position = end + 1
        return names

    def _at(self, ahead: int) -> tuple[str, str]:
        place = self.position + ahead
        return self.tokens[place] if place < len(self.tokens) else ("", "")


def _word(text: str) -> Path | Literal:
    if text in _LITERALS:
        return Literal(_LITERALS[text])
    if _NUMBER.fullmatch(text):
        return Literal(float(text) if "." in text else int(text))
    if _WRONG.search(re.sub(r"\[[^\]]*+\]", "", text)):
        raise Misread(f"{text[:40]!r} is no name")
    data = text.startswith("@")
    segments = _SEGMENT.findall(text.removeprefix("@"))
    up = next((place for place, part in enumerate(segments) if part != ".."), len(segments))
    this = segments[up : up + 1] == ["this"]
    own = not up and not data and (this or text.startswith("."))
    parts = segments[up + this :]
    if ".." in parts or (data and up):
        raise Misread(f"{text[:40]!r} is no name")
    return Path(tuple(part[1:-1] if part.startswith("[") else part for part in parts), up, data, own)


def paths(expression: Expression) -> Iterator[Path]:
    """Yield every name that is read; the name of a helper is none."""
    match expression:
        case Path():
            yield expression
        case Call():
            if expression.plain or not isinstance(expression.target, Path):
                yield from paths(expression.target)
            for inner in (*expression.params, *(value for _, value in expression.options)):
                yield from paths(inner)
        case Literal():
            pass


def partial(call: Call) -> str | None:
    """Return the name of the partial in `{{> …}}`, or None where it is computed."""
    match call.target:
        case Path(parts=parts, up=0, data=False) if parts:
            return "/".join(parts)
        case Literal(str(name)):
            return name
        case _:
            return None


def written(expression: Expression) -> str:
    """Write an expression in one way, whatever white space and quotes it was written with."""
    match expression:
        case Path(parts, up, data, own):
            start = ("@" if data else "") + "../" * up + ("./" if own else "")
            return start + ".".join(parts)
        case Literal(value):
            return repr(value)
        case Call(target=target, params=params, options=options, names=names):
            given = [written(each) for each in params]
            given += [f"{name}={written(value)}" for name, value in options]
            return "(" + " ".join([written(target), *given, *(f"|{name}|" for name in names)]) + ")"
