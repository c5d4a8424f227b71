"""Sentences and tables → lines for a terminal or a job's log, in colour if it can, in which no command is hidden."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from llmgate.renderers import figures, inert
from llmgate.renderers.parts import Code, Prose, Sentence, Strong

LEAST_WIDTH = 40


def printed(parts: Iterable[RenderableType], *, width: int, colour: bool) -> str:
    """Print on a screen `width` columns wide."""
    file = io.StringIO()
    console = Console(
        file=file,
        width=max(width, LEAST_WIDTH),
        force_terminal=colour,
        color_system="standard" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    console.print(Group(*parts))
    return file.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """A paragraph whose later lines are indented, so that it is seen where the next one begins."""

    text: Text
    columns: int = 2

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        first, *later = self.text.wrap(console, options.max_width - self.columns) or [Text()]
        yield first
        yield from (Text(" " * self.columns).append_text(line) for line in later)


def paragraph(sentence: Sentence, *, columns: int = 2) -> Hanging:
    return Hanging(text=text(sentence), columns=columns)


def safe(written: str) -> str:
    """Make it safe to print in a job's log."""
    lines = [line.rstrip() for line in inert.log(written).split("\n")]
    return "\n".join(lines).rstrip() + "\n"


def text(sentence: Sentence) -> Text:
    written = Text()
    for part in sentence:
        match part:
            case Code(words):
                written.append(inert.line(words) or figures.NONE, style="cyan")
            case Prose(words):
                written.append(inert.line(words, 400))
            case Strong(words):
                written.append(words, style="bold")
            case str():
                written.append(part)
    return written
