"""Fixtures → a table of those that matter most and, folded, of the rest, as GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from tabulate import tabulate

from llmgate.renderers import figures, inert, sentences
from llmgate.renderers.parts import Code, Prose
from llmgate.report import FixtureEntry, Report

MOST_SHOWN = 10
_ALIGN = ("left", "right", "right", "right", "left", "left")
_ALWAYS = 4


def first(report: Report, fixtures: Sequence[FixtureEntry]) -> str:
    """The first of them, for everybody to see."""
    return _table(report, fixtures[:MOST_SHOWN]) if fixtures else ""


def rest(report: Report, fixtures: Sequence[FixtureEntry], most: int) -> str:
    """The others in a `<details>`, up to `most` in all; beyond it they are counted."""
    if len(fixtures) <= MOST_SHOWN:
        return ""
    more = figures.count(len(fixtures) - MOST_SHOWN, "more fixture")
    unseen = len(fixtures) - most
    end = f"\n\nand {figures.count(unseen, 'more fixture')}" if unseen > 0 else ""
    table = _table(report, fixtures[MOST_SHOWN:most])
    return f"<details><summary>{more}</summary>\n\n{table}{end}\n\n</details>"


def folded(report: Report, fixtures: Sequence[FixtureEntry], most: int, *, summary: str) -> str:
    """All of them in a `<details>`, up to `most`."""
    unseen = len(fixtures) - most
    end = f"\n\nand {figures.count(unseen, 'more fixture')}" if unseen > 0 else ""
    return f"<details><summary>{summary}</summary>\n\n{_table(report, fixtures[:most])}{end}\n\n</details>"


def _table(report: Report, fixtures: Sequence[FixtureEntry]) -> str:
    """Kind and cause have a column where at least one is known."""
    head = "head (simulated model)" if report.simulated else "head"
    columns = ["fixture", "base", head, "odds that it got worse", "kind of failure", "caused by"]
    rows = [_row(fixture) for fixture in fixtures]
    shown = [at for at in range(len(columns)) if at < _ALWAYS or any(row[at] != inert.EMPTY for row in rows)]
    cells = [[row[at] for at in shown] for row in rows]
    align = tuple(_ALIGN[at] for at in shown)
    return tabulate(cells, [columns[at] for at in shown], tablefmt="pipe", colalign=align, disable_numparse=True)


def _row(fixture: FixtureEntry) -> list[str]:
    return [
        f"**{inert.code(fixture.id, 80, cell=True)}**{sentences.standing(fixture)}",
        sentences.score(fixture.base),
        sentences.score(fixture.head),
        figures.odds(fixture.evidence),
        inert.prose(sentences.failing(fixture), 80, cell=True) or inert.EMPTY,
        _cause(fixture),
    ]


def _cause(fixture: FixtureEntry) -> str:
    match sentences.cause(fixture):
        case Code(path):
            return inert.code(path, cell=True)
        case Prose(words):
            return inert.prose(words, 120, cell=True) or inert.EMPTY
