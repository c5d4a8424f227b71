"""What an author's save did to the affected fixtures → a few lines on the terminal; it is no verdict, and says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from llmgate.errors import ConfigurationError, UsageError
from llmgate.gate.watching import Look, Row
from llmgate.prompts import wording
from llmgate.prompts.wording import Hunk
from llmgate.renderers import figures, inert, screen
from llmgate.run import Spent
from llmgate.trial import Graded, Outcome

NO_VERDICT = "One answer of each fixture, and no verdict: `llmgate gate` decides."
MOST_ROWS = 30
MOST_HUNKS = 4
MOST_NAMES = 8
MOST_FAULTS = 10
COMPARED_CHARS = 20_000
SHOWN_CHARS = 600
_SPACES = re.compile(r"\s+")
_SIGNS = {Outcome.PASSED: ("✓", "green"), Outcome.FAILED: ("✗", "red"), Outcome.ERROR: ("?", "yellow")}


def look(found: Look, total: Spent, *, width: int, colour: bool) -> str:
    """Show what was seen; `total` is what the session has spent of the budget."""
    changed = [row for row in found.rows if not row.is_as_before]
    parts: list[RenderableType] = [] if found.exhausted and not found.rows else [_summary(found, changed)]
    parts += [part for row in changed[:MOST_ROWS] for part in _row(row)]
    rest = len(changed) - MOST_ROWS
    parts += [f"and {figures.count(rest, 'more fixture')}"] if rest > 0 else []
    parts += _same([row for row in found.rows if row.is_as_before])
    parts += _notes(found)
    parts += [screen.Hanging(text=Text(_spent(found, total)))] if found.rows or found.spent.calls else []
    parts += [Text(NO_VERDICT, style="dim")] if found.rows else []
    return _printed(parts, width=width, colour=colour)


def faults(error: UsageError, *, width: int, colour: bool) -> str:
    """Show what is wrong in the files as they are saved."""
    found = error.faults if isinstance(error, ConfigurationError) else (error,)
    shown = [screen.Hanging(text=Text(f"! {inert.line(str(fault), 400)}", style="yellow")) for fault in found]
    rest = len(shown) - MOST_FAULTS
    more = [f"and {figures.count(rest, 'more fault')}"] if rest > 0 else []
    return _printed([*shown[:MOST_FAULTS], *more], width=width, colour=colour)


def _printed(parts: Iterable[RenderableType], *, width: int, colour: bool) -> str:
    return screen.safe(screen.printed((Padding(part, (0, 0, 0, 2)) for part in parts), width=width, colour=colour))


def names(found: Iterable[str]) -> str:
    """A few names, and how many more there are."""
    every = sorted(found)
    shown = ", ".join(inert.line(name, 80) for name in every[:MOST_NAMES])
    rest = len(every) - MOST_NAMES
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _summary(found: Look, changed: Sequence[Row]) -> str:
    if not found.rows:
        return "no fixture is affected"
    same = len(found.rows) - len(changed)
    affected = f"{figures.count(len(found.rows), 'fixture')} affected, {found.unaffected:,} not"
    return f"{affected}: {len(changed):,} answered otherwise, {same:,} as before"


def _row(row: Row) -> Iterator[RenderableType]:
    sign, style = _SIGNS[row.after.outcome]
    title = Text.assemble((f"{sign} ", style), (inert.line(row.fixture, 80), "bold"), f"  {_course(row)}")
    title.append("  (this request was answered before in this session)" if row.is_reused else "", style="dim")
    yield screen.Hanging(text=title)
    if row.after.outcome is not Outcome.PASSED:
        yield Padding(screen.Hanging(text=Text(_why(row.after))), (0, 0, 0, 2))
    yield from (Padding(screen.Hanging(text=line), (0, 0, 0, 2)) for line in _answers(row))


def _course(row: Row) -> str:
    """`passed on the base → failed`."""
    after = _WORDS[row.after.outcome]
    if row.before is None:
        return after
    where = " on the base" if row.is_of_base else ""
    before = _WORDS[row.before.outcome]
    return f"{before}{where} → {after}" if before != after else f"{after}, as {'on the base' if where else 'before'}"


_WORDS = {Outcome.PASSED: "passes", Outcome.FAILED: "fails", Outcome.ERROR: "no answer"}


def _why(graded: Graded) -> str:
    failed = next((grade for grade in graded.grades if not grade.passed), None)
    reason = f"{failed.assertion}: {failed.reason}" if failed else graded.reason
    return inert.line(reason, 300)


def _answers(row: Row) -> Iterator[Text]:
    """The answer, and where there was one before, how its words differ from that."""
    after = row.after.trace.output[:COMPARED_CHARS]
    if row.before is None or row.before.outcome is Outcome.ERROR:
        yield Text(inert.block(after, SHOWN_CHARS) or "(empty)", style="dim")
        return
    before = row.before.trace.output[:COMPARED_CHARS]
    if before == after or row.after.outcome is Outcome.ERROR:
        return
    compared = wording.compare(before, after)
    if compared.places is None:
        yield Text(inert.block(after, SHOWN_CHARS) or "(empty)", style="dim")
        return
    yield from (_hunk(hunk) for hunk in compared.hunks[:MOST_HUNKS])
    rest = compared.places - MOST_HUNKS
    if rest > 0:
        yield Text(f"and {figures.count(rest, 'more place')}", style="dim")


def _hunk(hunk: Hunk) -> Text:
    """Words as `git diff --word-diff` marks them, so that it can be read without colours."""
    removed, added = _flat(hunk.removed), _flat(hunk.added)
    text = Text(_flat(hunk.before).lstrip())
    text.append(f"[-{removed.rstrip()}-]" if removed.strip() else "", style="red")
    text.append(f"{{+{added.rstrip()}+}}" if added.strip() else "", style="green")
    gap = " " if (added or removed).endswith(" ") else ""
    return text.append(f"{gap}{_flat(hunk.after).rstrip()}")


def _flat(words: str) -> str:
    """One line; white space at the ends stays, as it parts the words from those beside them."""
    return _SPACES.sub(" ", inert.block(words, SHOWN_CHARS))


def _same(rows: Sequence[Row]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for outcome, words in (
        (Outcome.FAILED, "still fail"),
        (Outcome.ERROR, "still no answer"),
        (Outcome.PASSED, "pass"),
    ):
        if found := [row.fixture for row in rows if row.after.outcome is outcome]:
            sign, style = _SIGNS[outcome]
            line = Text.assemble((f"{sign} ", style), f"{words}, with the same answer: {names(found)}")
            lines.append(screen.Hanging(text=line))
    return lines


def _notes(found: Look) -> list[RenderableType]:
    notes = [f"! {inert.line(str(fault), 400)}" for fault in found.unfit[:MOST_FAULTS]]
    if found.served:
        notes.append(f"! not run here, as an application answers: {names(found.served)}")
    if found.exhausted:
        notes.append(f"! {inert.line(found.exhausted)}")
    return [screen.Hanging(text=Text(note, style="yellow")) for note in notes]


def _spent(found: Look, total: Spent) -> str:
    budget = found.budget
    reused = f", {figures.count(found.spent.reused, 'answer')} reused" if found.spent.reused else ""
    now = f"{figures.count(found.spent.calls, 'call')}{reused}, {_money(found.spent)}"
    return (
        f"{now}; the session: {total.calls:,} of {budget.calls:,} calls, {_money(total)} of {figures.money(budget.usd)}"
    )


def _money(spent: Spent) -> str:
    """What calls cost; at least, where the price of some is not known."""
    if not spent.unpriced:
        return figures.money(spent.usd)
    return f"at least {figures.money(spent.usd)}" if spent.usd else "price unknown"
