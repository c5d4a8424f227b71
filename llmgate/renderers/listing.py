"""The changes of a Report → lines for a terminal: what differs, word by word, and why each unit counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmgate.renderers import changed, figures, inert
from llmgate.report import ChangeEntry, Hunk

MOST_ENTRIES = 50
MOST_HUNKS = 5

_SPACES = {" ": "·", "\n": "⏎", "\t": "⇥"}


def lines(entries: Iterable[ChangeEntry]) -> Iterator[str]:
    """Yield a few lines for each unit, whatever it holds on one line of its own."""
    found = list(entries)
    for entry in found[:MOST_ENTRIES]:
        yield f"{inert.line(entry.unit, 160)}  {_kinds(entry)}"
        if entry.rule:
            line = "" if entry.what == "removed" else f":{entry.line or 1}"
            where = f"{inert.line(entry.path or '', 160)}{line}"
            yield f"  taken at {where} by {entry.rule}: {inert.line(entry.reason, 160)}"
        if entry.affects:
            yield f"  included by {inert.line(', '.join(name.partition(':')[2] for name in entry.affects[:5]), 300)}"
        yield from (f"  {_hunk(hunk)}" for hunk in entry.hunks[:MOST_HUNKS])
        if (rest := (entry.places or 0) - MOST_HUNKS) > 0:
            yield f"  and {figures.count(rest, 'more place')}"
        if entry.note:
            yield f"  {inert.line(entry.note, 300)}"
    if (rest := len(found) - MOST_ENTRIES) > 0:
        yield f"and {figures.count(rest, 'more change')}; --json lists all"


def _kinds(entry: ChangeEntry) -> str:
    kinds = ", ".join(entry.facets) if entry.what in ("modified", "renamed") else ""
    return f"{entry.what}: {kinds}" if kinds else entry.what


def _hunk(hunk: Hunk) -> str:
    """One place as `git diff --word-diff` writes it."""
    went, came = inert.line(hunk.removed, 160), inert.line(hunk.added, 160)
    if went == came:
        went, came = _spaced(hunk.removed), _spaced(hunk.added)
    before, after = (inert.line(text, 60) for text in (hunk.before, hunk.after))
    edit = (f"[-{went}-]" if hunk.removed else "") + (f"{{+{came}+}}" if hunk.added else "")
    return f"{hunk.line}: {before} {edit} {after}".rstrip()


def _spaced(text: str) -> str:
    """Show the white space and the unseen characters that alone differ."""
    shown = (_SPACES.get(sign, sign if sign.isprintable() else f"\\u{ord(sign):04x}") for sign in text)
    return inert.line("".join(shown), 160)


def name(unit: str, limit: int = 80) -> str:
    """A unit's name without its kind: of a long one the end is kept, which tells units of one file apart."""
    text = inert.line(changed.unit_name(unit), 1_000)
    return text if len(text) <= limit else inert.ELLIPSIS + text[1 - limit :]
