"""What filling a Mustache or Handlebars template may cost, what has come out so far, and what its partials are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmgate.errors import RenderError
from llmgate.prompts.prompt import Syntax
from llmgate.prompts.syntaxes import lookup, slots
from llmgate.prompts.syntaxes.tree import MAX_DEPTH, Node

if TYPE_CHECKING:
    from pydantic import JsonValue

MAX_STEPS = 400_000
CHARS_PER_STEP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template to fill: the file it stands in and the line it begins on, and the files that it may include.

    `marker` begins the marks of messages, where the format splits what is rendered into some. `escaped` says that the
    program escapes HTML in what `{{name}}` prints. `helpers` are those that its format adds to Handlebars' own.
    """

    path: str
    text: str
    line: int = 1
    limit: int
    sources: Mapping[str, str] = field(default_factory=dict)
    root: str | None = None
    marker: str = ""
    escaped: bool = False
    helpers: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Filling:
    """A template that is being filled. `trail` are the files that include one another down to the current one.

    `read` makes a tree of a text, in the template's syntax.
    """

    template: Template
    syntax: Syntax
    read: Callable[[str], tuple[Node, ...]]
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    steps: int = 0
    depth: int = 0
    trail: list[str] = field(default_factory=list)

    def put(self, text: str) -> None:
        self.size += len(text)
        slots.guard(self.template.path, self.size, self.template.limit)
        self.pieces.append(text)

    def indent(self, start: int, indent: str) -> None:
        """Put white space before each line of what came out since a place, but not before an empty last one."""
        lines = "".join(self.pieces[start:]).split("\n")
        text = "\n".join(indent + line if line or place < len(lines) - 1 else line for place, line in enumerate(lines))
        self.spend(len(text) // CHARS_PER_STEP)
        self.size -= sum(map(len, self.pieces[start:]))
        del self.pieces[start:]
        self.put(text)

    def spend(self, steps: int = 1) -> None:
        """Count work, so that loops in loops that print nothing end too."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise RenderError(
                f"{self.template.path}: filling it takes more than {MAX_STEPS:,} steps",
                id="render-too-large",
                remedy="Simplify the template.",
            )

    def refused(self, line: int, reason: str, remedy: str = "Correct the template or the variables.") -> RenderError:
        """Return the error at a line of the template that is being filled."""
        path = self.trail[-1] if self.trail else self.template.path
        first = 1 if self.trail else self.template.line
        return RenderError(f"{path}:{first + line - 1}: {reason}", id="template-failed", remedy=remedy)

    @contextmanager
    def deeper(self, line: int) -> Iterator[None]:
        if self.depth >= MAX_DEPTH:
            chain = " → ".join(dict.fromkeys([self.template.path, *self.trail]))
            raise self.refused(line, f"blocks and partials nest deeper than {MAX_DEPTH} levels: {chain}")
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    @contextmanager
    def inside(self, path: str, line: int) -> Iterator[str]:
        """Give the text of a partial, and let errors be told of it."""
        text = self.template.sources[path]
        self.spend(len(text) // CHARS_PER_STEP)
        with self.deeper(line):
            self.trail.append(path)
            try:
                yield text
            finally:
                self.trail.pop()

    def partial(self, name: str, line: int) -> str:
        """Return the path of the partial of a name."""
        parent = self.trail[-1] if self.trail else self.template.path
        asked = lookup.partials(self.syntax, name, parent, self.template.root)
        found = [path for path in asked if path in self.template.sources]
        if not found:
            raise self.refused(line, f"the partial {name[:80]!r} is not found", lookup.LOOKUP_REMEDY)
        return found[0]


def printed(filling: Filling, value: JsonValue, name: str, line: int) -> str:
    """Return a value as text: nothing for null; lists and mappings are refused, as each program prints its own form."""
    match value:
        case str():
            return value
        case None:
            return ""
        case list() | dict():
            raise filling.refused(
                line, f"{name[:80]!r} is a list or a mapping, which has no text of its own", "Print its items."
            )
        case _:
            return json.dumps(value)


def missing(filling: Filling, name: str, line: int) -> RenderError:
    reason = f"the variable {name[:80]!r} has no value"
    return filling.refused(line, reason, "Give it in the fixture's input, null where it has none.")


def at(value: JsonValue, key: str) -> tuple[JsonValue] | None:
    """Return what a mapping or a list has under a key, in a tuple, or None."""
    match value:
        case dict() if key in value:
            return (value[key],)
        case list() if key.isascii() and key.isdigit() and len(key) < 9 and int(key) < len(value):
            return (value[int(key)],)
        case _:
            return None
