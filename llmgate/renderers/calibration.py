"""What A/A gates of a suite showed → text for a terminal: figures, what flakes, and advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from llmgate.calibrating.answer import Calibration, Flake, Gates, Kind
from llmgate.renderers import figures, inert, screen

MOST_ROWS = 30
MOST_NAMED = 3
SURE = 0.05
FEW_PASS = 0.8


def render(found: Calibration, *, width: int, colour: bool) -> str:
    """Render for a screen `width` columns wide, with ANSI colours only if `colour`."""
    return screen.safe(screen.printed(_parts(found), width=width, colour=colour))


def _parts(found: Calibration) -> Iterator[RenderableType]:
    yield Text(heading(found), style="bold red" if found.exit_code else "bold green")
    yield from (Text(line) for line in lines(found))
    if flaky := [flake for flake in found.flakes if flake.kind is not Kind.STEADY]:
        yield ""
        yield _table(flaky)
        if len(flaky) > MOST_ROWS:
            yield Text(f"and {figures.count(len(flaky) - MOST_ROWS, 'more fixture')}; --json lists all")
    if told := list(advice(found)):
        yield ""
        yield Text("What to do", style="bold")
        yield from (Text(f"  - {line}") for line in told)


def heading(found: Calibration) -> str:
    """Say in one line whether the gate keeps its promise on this suite."""
    limit = figures.rate(found.alpha)
    if found.exit_code:
        return f"✗ Gates of this suite against itself block more often than {limit}: its trials are not independent."
    return f"✓ Gates of this suite against itself do not block more often than {limit}, as far as this shows."


def lines(found: Calibration) -> Iterator[str]:
    """Say what was run and what was simulated, each by its name."""
    yield f"{figures.count(found.fixtures, 'fixture')} at {found.commit[:12]}, on both arms."
    yield f"Real gates of this run: {_ended(found.real)}."
    yield f"Real gates of this suite and these rules, in all: {_ended(found.record)}; {_interval(found.record)}."
    if (again := found.resampled) is not None:
        share = figures.rate((again.passed or 0) / again.gates)
        yield (
            f"Resampled from these trials, without a call: {_ended(again)}; {share} passed. They share the real trials:"
            " a failure that none of these showed is in none of them."
        )
    yield _alike(found)
    drawn = f"{figures.count(found.trials, 'trial')}, {found.errors:,} more without an answer"
    paid = f"{figures.count(found.calls, 'call')} paid, {found.reused:,} from the journal, {figures.money(found.usd)}"
    yield f"{drawn}; {paid}."
    if found.error:
        yield f"  the first without an answer: {inert.line(found.error, 300)}"
    if found.unfinished:
        yield f"  the last gate did not end: {inert.line(found.unfinished, 300)}; run it again to go on with it"
    if found.left_out:
        yield f"  left out, as they are asked of a service: {_named(found.left_out)}"


def _ended(gates: Gates) -> str:
    return f"{gates.blocked:,} of {gates.gates:,} blocked, {gates.flagged:,} suspected something"


def _interval(gates: Gates) -> str:
    low, high = gates.interval
    return f"a harmless change blocks with a probability of {figures.rate(low)} to {figures.rate(high)} (95 %, exact)"


def _alike(found: Calibration) -> str:
    if (alike := found.alike) is None:
        return "Correlation within a set-up: nothing to tell, as no fixture passed and failed in several set-ups."
    told = f"Correlation within a set-up: {figures.ratio(alike.icc)} ({figures.p_value(alike.p_value)})"
    if alike.p_value > SURE:
        return f"{told}, which chance explains."
    worth = alike.typical / alike.design_effect
    return f"{told}: {alike.typical:.1f} trials of one are worth {worth:.1f} that are independent."


def _table(flakes: Sequence[Flake]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column("fixture", overflow="fold")
    table.add_column("", no_wrap=True)
    for column in ("failed", "95 % interval"):
        table.add_column(column, justify="right", no_wrap=True)
    for flake in flakes[:MOST_ROWS]:
        low, high = flake.interval
        counts = f"{flake.failed} of {flake.trials}"
        table.add_row(inert.line(flake.fixture, 80), flake.kind.value, counts, f"{100 * low:.0f}–{100 * high:.0f} %")
    return table


def advice(found: Calibration) -> Iterator[str]:
    """Say what to do, each with its figures."""
    total = sum(flake.calls for flake in found.flakes)
    steady = _of(found, Kind.STEADY)
    if steady and total:
        share = figures.rate(sum(flake.calls for flake in steady) / total)
        least = min(flake.trials for flake in steady)
        yield (
            f"{_verb(len(steady), 'never fails', 'never fail')} in {least} trials or more: they cost {share} of the"
            " calls. Keep those that guard against a failure that happened; drop those that repeat another."
        )
    yield from _named_advice(_of(found, Kind.COIN), "is a coin flip", "are coin flips", _COIN)
    yield from _named_advice(_of(found, Kind.HOPELESS), "never passes", "never pass", _HOPELESS)
    yield from _named_advice([one for one in found.flakes if one.setups_p <= SURE], _DIFFER[0], _DIFFER[1], _DIFFER[2])
    yield from _named_advice([one for one in steady if one.copies], "repeats itself", "repeat themselves", _COPIES)
    yield from _passing(found)
    yield from _screens(found)


_COIN = ". Each is paid for in full and tells little: ask for less at once, or lower the temperature."
_HOPELESS = ": nothing can be seen to break there. Mend the prompt or the assertion, or take them out."
_DIFFER = (
    "differs between set-ups",
    "differ between set-ups",
    ": they share something within one. Reset what they write, and turn caches off.",
)
_COPIES = ": the same words each time. Where a cache answers, its repeats are one trial: turn it off for the gate."


def _of(found: Calibration, kind: Kind) -> list[Flake]:
    return [flake for flake in found.flakes if flake.kind is kind]


def _named_advice(flakes: Sequence[Flake], one: str, several: str, rest: str) -> Iterator[str]:
    if flakes:
        yield f"{_verb(len(flakes), one, several)} ({_named([flake.fixture for flake in flakes])}){rest}"


def _verb(count: int, one: str, several: str) -> str:
    return f"{figures.count(count, 'fixture')} {one if count == 1 else several}"


def _few_passing(found: Calibration) -> float | None:
    """Return the share of gates that passed, resampled from gates without a change, where it is too small."""
    again = found.resampled
    if again is None or again.passed is None or again.passed >= FEW_PASS * again.gates:
        return None
    return again.passed / again.gates


def _passing(found: Calibration) -> Iterator[str]:
    if (share := _few_passing(found)) is None:
        return
    yield (
        f"Only {figures.rate(share)} of harmless changes pass, the others are inconclusive: so few"
        " fixtures seldom rule a drop out. Add fixtures, raise `policy.screen`, or allow a wider `policy.margin`."
    )


def _screens(found: Calibration) -> Iterator[str]:
    """Say what other screens cost and see; no smaller one where more is to be shown, as that would show less."""
    if not found.screens:
        return
    own, *others = found.screens
    is_short = _few_passing(found) is not None
    for other in (one for one in others if one.calls > own.calls or not is_short):
        yield (
            f"`screen: {other.screen}` would cost {other.calls:,.0f} calls where nothing changed, not {own.calls:,.0f};"
            f" block {_percent(other.one)}, not {_percent(own.one)}, where one fixture breaks, and"
            f" {_percent(other.half)}, not {_percent(own.half)}, where one passes half as often"
            f" (simulated, {figures.count(min(own.gates, other.gates), 'gate')} each)."
        )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(inert.line(name, 80) for name in names[:MOST_NAMED])
    return shown + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
