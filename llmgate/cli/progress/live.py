"""Counts of a run → at most three lines on a terminal, drawn anew four times a second and gone at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from llmgate.cli.progress import sentences
from llmgate.cli.progress.tallying import Tallying
from llmgate.renderers import figures

REFRESHES_PER_S = 4
BAR_CHARS = 20
ROOMY_CHARS = 60
DOT = " · "


@contextmanager
def drawn(tallying: Tallying, stream: TextIO, *, colour: bool) -> Iterator[None]:
    """Draw until the context ends. A thread draws, so that a trial that ends costs a few additions."""
    console = Console(
        file=stream,
        force_terminal=True,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    shown = _Lines(tallying)
    with Live(
        shown,
        console=console,
        transient=True,
        refresh_per_second=REFRESHES_PER_S,
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        yield


class _Lines:
    def __init__(self, tallying: Tallying) -> None:
        self._tallying = tallying

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        yield from lines(self._tallying, options.max_width)


def lines(tallying: Tallying, width: int) -> list[Text]:
    """Say how far it is, what the evidence is, and what is spent: each a line that fits."""
    if tallying.begun is None:
        return [_fitting([("reading both revisions", "")], width)]
    found = [_stage(tallying, width)]
    if tallying.looked is not None:
        parts = sentences.evidence(tallying.looked)
        found.append(_fitting([(part, "bold" if number == 0 else "") for number, part in enumerate(parts)], width))
    found += [_budget(tallying, width)] if tallying.opened else []
    return found


def _stage(tallying: Tallying, width: int) -> Text:
    begun = tallying.begun
    if begun is None:
        return Text()
    if (waiting := tallying.waiting) is not None:
        return _fitting([(sentences.stage(begun), "bold"), (sentences.waiting(waiting), "yellow")], width)
    of = f" of {begun.trials:,}" if begun.trials else ""
    parts = [(sentences.stage(begun), "bold"), (f"{tallying.ended:,}{of} trials", "")]
    parts += [(f"{tallying.failed:,} failed", "")] if tallying.failed else []
    parts += [(f"{tallying.errors:,} without an answer", "yellow")] if tallying.errors else []
    bar = _bar(tallying.ended, begun.trials) if begun.trials and not begun.round and width >= ROOMY_CHARS else Text()
    return Text.assemble(bar, _fitting(parts, width - len(bar)))


def _bar(done: int, of: int) -> Text:
    full = min(BAR_CHARS, BAR_CHARS * done // max(of, 1))
    return Text.assemble(("━" * full, "green"), ("─" * (BAR_CHARS - full), "bright_black"), " ")


def _budget(tallying: Tallying, width: int) -> Text:
    opened = tallying.opened
    if opened is None:
        return Text()
    spent, budget = opened.spent, opened.budget
    left = sentences.left(tallying.left())
    parts = [sentences.money(spent, budget), *([left] if left else []), sentences.calls(spent, budget)]
    parts += [sentences.minutes(tallying.seconds, budget)]
    parts += [f"{figures.count(spent.reused, 'call')} reused"] if spent.reused else []
    return _fitting([(part, "") for part in parts], width)


def _fitting(parts: Sequence[tuple[str, str]], width: int) -> Text:
    """Join as many parts as fit in a line; the first is cut where it is too long by itself."""
    text = Text(parts[0][0], style=parts[0][1], no_wrap=True, overflow="ellipsis")
    text.truncate(width, overflow="ellipsis")
    for words, style in parts[1:]:
        if text.cell_len + len(DOT) + Text(words).cell_len <= width:
            text.append(DOT, style="bright_black").append(words, style=style or "not bold")
    return text
