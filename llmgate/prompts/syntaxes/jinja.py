"""A Jinja template → its text, the names that it reads, and the templates that it includes, extends or imports.

Templates are only read here, never evaluated: Jinja folds constants when it compiles, and `{{ "a" * 10**9 }}` would be
computed in llmgate's own process. `llmgate.targets.rendering` renders them in a process of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from llmgate.prompts.syntaxes import Reference, Refusal, Scanned

MAX_SOURCE_CHARS = 128 * 1024  # reading takes Jinja a second for a source of this size

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_PLACEHOLDER = ("placeholder", "")


def scan(text: str) -> Scanned:
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - jinja2 takes 80 ms to import and many runs need none of it

    from llmgate.prompts.syntaxes import sandbox, scoping  # noqa: PLC0415 - as above

    if len(text) > MAX_SOURCE_CHARS:
        return _refused(1, f"it has {len(text):,} characters; at most {MAX_SOURCE_CHARS:,} are read")
    jinja = sandbox.parser()
    try:
        tokens = list(jinja.lexer.tokenize(text))
        parts = _Parts.of(tokens)
        found = scoping.read(_tree(jinja, tokens))
    except TemplateSyntaxError as error:
        return _refused(error.lineno, str(error.message)[:200])
    except (RecursionError, ValueError, OverflowError) as error:
        return _refused(1, f"{type(error).__name__}: {str(error)[:200]}")
    return Scanned(
        pieces=tuple(parts.text),
        names=tuple(parts.names),
        logic=tuple(parts.logic),
        variables=frozenset(found.variables),
        references=tuple(Reference(names=_names(node), line=node.lineno) for node in found.templates),
    )


def without_comments(source: str) -> str:
    """Return the source as a person compares it, on the same lines; strings and raw blocks are not told apart."""
    return _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), source)


def _refused(line: int, reason: str) -> Scanned:
    return Scanned(refusal=Refusal(line, f"not a Jinja template: {reason}"))


def _tree(jinja: Any, tokens: list[Any]) -> Any:
    """Parse tokens that are there already: lexing is half of the work."""
    from jinja2.lexer import TokenStream  # noqa: PLC0415 - as above
    from jinja2.parser import Parser  # noqa: PLC0415 - as above

    parser = Parser(jinja, "")
    parser.stream = TokenStream(iter(tokens), None, None)
    return parser.parse()


@dataclass(slots=True)
class _Parts:
    """The text that can be sent, the names that expressions begin with, and the logic around them: nothing is lost."""

    text: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    logic: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, tokens: Iterable[Any]) -> _Parts:
        parts = cls()
        for before, token in _neighbours(tokens):
            parts.add(before, token)
        return parts

    def add(self, before: str, token: Any) -> None:
        match token.type:
            case "variable_string":
                self.text.append(token.value)
                self.logic.append(("string", ""))
            case "data" if self.logic and self.logic[-1] == ("data", ""):
                self.text[-1] += token.value
            case "data" if not token.value:
                pass
            case "data":
                self.text.append(token.value)
                self.logic.append(("data", ""))
            case "name" if before == "variable_begin":
                self.names.append(token.value)
                self.logic.append(_PLACEHOLDER)
            case kind:
                self.logic.append((kind, str(token.value)))


class _Token:
    """A string inside an output expression: its text can be sent."""

    def __init__(self, value: str) -> None:
        self.type = "variable_string"
        self.value = value


def _neighbours(tokens: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Pair each token with the type of the one before it, and mark the strings of output expressions."""
    before, in_expression = "", False
    for token in tokens:
        sent = token.type == "string" and in_expression
        yield before, _Token(token.value) if sent else token
        if token.type in ("variable_begin", "variable_end"):
            in_expression = token.type == "variable_begin"
        before = token.type


def _names(node: Any) -> tuple[str, ...] | None:
    from jinja2 import nodes  # noqa: PLC0415 - as above

    match node:
        case nodes.Const(value=str(name)):
            return (name,)
        case nodes.Tuple(items=items) | nodes.List(items=items):
            inner = [_names(item) for item in items]
            return None if None in inner else tuple(name for names in inner for name in names or ())
        case nodes.CondExpr(expr1=one, expr2=other) if other is not None:
            either = (_names(one), _names(other))
            return None if None in either else tuple(name for names in either for name in names or ())
        case _:
            return None
