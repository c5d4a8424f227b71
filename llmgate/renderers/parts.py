"""The parts of a sentence: our own words, and what must be escaped by whoever prints it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """Foreign text that is a name: a path, an id, a model, a commit."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Foreign text that is a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Our own words, stressed."""

    text: str


Part = str | Code | Prose | Strong
Sentence = tuple[Part, ...]


def plain(sentence: Sentence) -> str:
    """The words of a sentence with nothing escaped: whoever prints them sees to that."""
    return "".join(part if isinstance(part, str) else part.text for part in sentence)
