"""A sentence in parts → Markdown in which what is not ours can do nothing."""

from llmgate.renderers import inert
from llmgate.renderers.parts import Code, Part, Prose, Sentence, Strong


def sentence(parts: Sentence) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: Part) -> str:
    match part:
        case Code(text):
            return inert.code(text)
        case Prose(text):
            return inert.prose(text)
        case Strong(text):
            return f"**{text}**"
        case str():
            return part
