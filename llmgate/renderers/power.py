"""What a suite can see → text for a terminal: bars as wide as the screen, tables, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from llmgate.power.answer import Needed, Power, Row
from llmgate.power.breaks import Break
from llmgate.power.seeing import AT_OTHER_SCREENS
from llmgate.renderers import figures, inert, screen

MOST_NAMED = 3
LABEL = max(len(kind.value) for kind in Break)
FIGURES = len("100 % (100–100)") + 2
LEAST_BAR = 10
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render(power: Power, *, width: int, colour: bool) -> str:
    """Render for a screen `width` columns wide, with ANSI colours only if `colour`."""
    return screen.safe(screen.printed(_parts(power, width), width=width, colour=colour))


def _parts(power: Power, width: int) -> Iterator[RenderableType]:
    yield Text(f"{figures.count(power.fixtures, 'fixture')}, screened with {_samples(power)}", style="bold")
    yield Text(_rates(power))
    yield from (Text(f"! left out: {inert.line(fault, 300)}") for fault in power.unfit[:MOST_NAMED])
    yield ""
    yield Text("How often a gate blocks, with the 95 % interval of the simulation", style="bold")
    yield from (_bar(row, width) for row in power.rows)
    yield ""
    yield _table(power)
    yield Text(_bound(power))
    yield ""
    if power.screens:
        yield Text("What the screen changes", style="bold")
        yield _screens(power)
        yield ""
    yield from (Text(line) for line in sentences(power))


def _samples(power: Power) -> str:
    how = "automatic" if power.screen == "auto" else "policy.screen"
    return f"{figures.count(power.samples, 'sample')} of each ({how})"


def _rates(power: Power) -> str:
    """Say where the pass rates come from: what is assumed is never shown as if it were known."""
    if not power.known:
        return (
            "Pass rates are assumed, as nothing is stored: 70 % of the fixtures nearly sure, 20 % flaky, 10 % hopeless."
            " `llmgate baseline` or `llmgate calibrate` draws real ones."
        )
    known = f"Pass rates from {figures.count(power.outcomes, 'stored outcome')} of the last 14 days"
    if power.known == power.fixtures:
        return f"{known}, {figures.rate(power.mean_rate)} in the mean."
    rest = figures.count(power.fixtures - power.known, "fixture")
    return f"{known}; those of {rest} are assumed, as nothing of them is stored."


def _bar(row: Row, width: int) -> Text:
    room = max(width - LABEL - FIGURES - 2, LEAST_BAR)
    low, high = row.interval
    line = Text(f"{row.kind.value:<{LABEL}} ")
    line.append(f"{bar(row.blocked, room):<{room}}", style="red" if row.kind is Break.NOTHING else "cyan")
    line.append(f" {_percent(row.blocked)} ({100 * low:.0f}–{100 * high:.0f})")
    return line


def bar(share: float, room: int) -> str:
    """Draw a share as a bar in so many columns, to an eighth of a column."""
    whole, part = divmod(round(share * room * 8), 8)
    return "█" * whole + (_EIGHTHS[part] if part else "")


def _table(power: Power) -> Table:
    priced = ["cost"] if power.call_usd is not None else []
    table = _plain("break", "blocked", "suspected", "passed", "calls", *priced)
    for row in power.rows:
        cost = [figures.money(row.usd)] if row.usd is not None else []
        shares = (_percent(row.blocked), _percent(row.flagged), _percent(row.passed))
        table.add_row(row.kind.value, *shares, f"{row.calls:,.0f}", *cost)
    return table


def _screens(power: Power) -> Table:
    shown = [kind for kind in AT_OTHER_SCREENS if kind is not Break.NOTHING]
    table = _plain("screen", "calls unchanged", *(f"blocks: {kind.value}" for kind in shown), "one fixture, exact")
    for one in power.screens:
        rows = {row.kind: row for row in one.rows}
        drop = "none" if one.fixture_drop is None else f"{figures.size(one.fixture_drop)} points"
        cells = [_percent(rows[kind].blocked) for kind in shown]
        table.add_row(str(one.screen), f"{rows[Break.NOTHING].calls:,.0f}", *cells, drop)
    return table


def _plain(first: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column(first, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _bound(power: Power) -> str:
    return (
        f"{figures.count(power.repeats, 'gate')} of each kind were simulated with the gate's own procedures. Where"
        f" nothing changed, at most {figures.rate(power.alpha)} of gates block, whatever the suite: that is proven."
    )


def sentences(power: Power) -> Iterator[str]:
    """Say the smallest drops that are seen, and what would lower them."""
    one = "no break" if power.fixture_drop is None else f"a drop of {figures.size(power.fixture_drop)} points"
    yield (
        f"Seen four times out of five: {one} of a single fixture that always passes (exact, as the only suspect);"
        f" a drop of about {figures.size(power.suite_drop)} points of the whole suite."
    )
    yield from (sentence for need in power.needed if (sentence := _need(need, power)))


def _need(need: Needed, power: Power) -> str:
    drop = f"To see {figures.MINUS}{figures.size(need.drop)} points of the whole suite"
    if need.drop >= power.suite_drop:
        return ""
    if need.fixtures is None:
        return f"{drop}, no number of such fixtures suffices: make the flaky ones surer."
    more = f"{drop} you need about {figures.count(need.fixtures, 'fixture')} like these"
    if not need.tried:
        return f"{more}."
    return f"{more}, or `screen: {need.screen}`." if need.screen else f"{more}; no `screen` of up to 5 does it."
