"""The edits of prompts → one folded part of the page: each place before and after, with a few words around it."""

from collections.abc import Iterator

from llmgate.renderers import figures, inert
from llmgate.report import ChangeEntry, Hunk, Report

MOST_PLACES = 30
_AROUND_CHARS = 80
_WORDS_CHARS = 400


def details(report: Report) -> str:
    """The `<details>`; empty where no text of a prompt changed."""
    places = [(change, hunk) for change in report.changes for hunk in change.hunks]
    if not places:
        return ""
    told = "\n".join(line for change, hunk in places[:MOST_PLACES] for line in _place(change, hunk))
    every = sum(change.places or 0 for change in report.changes)
    shown = min(len(places), MOST_PLACES)
    rest = f"\n\nand {figures.count(every - shown, 'more place')}" if every > shown else ""
    summary = "<details><summary>The edit, word by word</summary>"
    return f"{summary}\n\n{inert.fence(told, 'diff')}{rest}\n\n</details>"


def _place(change: ChangeEntry, hunk: Hunk) -> Iterator[str]:
    before, after = (inert.line(text, _AROUND_CHARS) for text in (hunk.before, hunk.after))
    yield f"@@ {inert.line(change.path or change.unit, 200)}:{hunk.line} @@"
    if hunk.removed:
        yield f"- {_joined(before, hunk.removed, after)}"
    if hunk.added:
        yield f"+ {_joined(before, hunk.added, after)}"


def _joined(before: str, words: str, after: str) -> str:
    return " ".join(text for text in (before, inert.line(words, _WORDS_CHARS), after) if text)
