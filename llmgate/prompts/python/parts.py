"""The pieces that a text is made of: literal text, what the program puts in, and what llmgate does not imitate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Text(NamedTuple):
    """A literal piece."""

    text: str


class Slot(NamedTuple):
    """A value that the program puts in; `shape` is its conversion and format, as `!r:>10`."""

    source: str
    shape: str = ""


class Mark(NamedTuple):
    """Something that llmgate does not imitate, in words: a condition, a loop, a message that is not a text."""

    words: str


Part = Text | Slot | Mark
Folded = tuple[Part, ...]


def joined(parts: Iterable[Part]) -> Folded:
    """Put neighbouring literal pieces together: how a text is cut in the source says nothing."""
    made: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and made and isinstance(made[-1], Text):
            made[-1] = Text(made[-1].text + part.text)
        elif part != Text(""):
            made.append(part)
    return tuple(made)


def literal(parts: Folded) -> str | None:
    """Return the text, where it is known as a whole."""
    if all(isinstance(part, Text) for part in parts):
        return text_of(parts)
    return None


def guarded(parts: Iterable[Part], guards: Sequence[str]) -> Folded:
    """Put a text between marks that say what it depends on."""
    return (*(Mark(words) for words in guards), *parts, *(Mark("end") for _ in guards))


def among(words: str, branches: Sequence[Folded]) -> Folded:
    """Put texts of which one is sent between marks."""
    made: list[Part] = [Mark(words)]
    for place, branch in enumerate(branches):
        made += [*([Mark("or")] if place else []), *branch]
    return (*made, Mark("end"))


def text_of(parts: Iterable[Part] | None) -> str:
    """Return all that is literally there."""
    return "".join(part.text for part in parts or () if isinstance(part, Text))
