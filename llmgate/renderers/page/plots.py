"""A Report → its plots, each with its numbers in a table: differences of fixtures, evidence, pass rates by category."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from llmgate.renderers import figures, inert
from llmgate.renderers.page import summary
from llmgate.renderers.page.markup import Html, joined, table, tag
from llmgate.report import FixtureEntry, Report, SuiteEntry
from llmgate.report.plotted import GuardedEntry

MOST_FIXTURES = 16
MOST_CATEGORIES = 30
MOST_DRAWN = 1e300
_WIDTH, _HEIGHT = 420, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 14, 34


def section(report: Report) -> Html:
    """Draw what there is to draw; nothing where nothing was compared."""
    made = [plot for plot in (_forest(report), _evidence(report.suite), _rates(report.guarded)) if plot]
    if not made:
        return Html()
    title = tag("h2", "In pictures", id="plots-title")
    return tag("section", title, tag("div", *made, class_="plots"), id="plots", aria_labelledby="plots-title")


def _figure(title: str, note: str, *children: Html, wide: bool = False) -> Html:
    caption = tag("figcaption", tag("h3", title), tag("p", note, class_="faint"))
    return tag("figure", caption, *children, class_="plot wide" if wide else "plot")


def _forest(report: Report) -> Html:
    """One line for each fixture that both arms ran, the largest drop first; of many, those that differ most."""
    known = [entry for entry in report.fixtures if entry.difference is not None and entry.interval]
    if not known:
        return Html()
    most = sorted(known, key=lambda entry: (-abs(entry.difference or 0.0), -(entry.evidence or 0.0), entry.id))
    shown = sorted(most[:MOST_FIXTURES], key=lambda entry: (entry.difference or 0.0, entry.id))
    of = f"The {len(shown)} of {len(known):,} fixtures that differ most. " if len(known) > len(shown) else ""
    note = f"{of}Head less base, in percentage points. To be looked at: no verdict rests on these."
    rows = [(summary.link(entry.id), _whisker(entry), _numbers(entry)) for entry in shown]
    head = ("Fixture", f"{figures.MINUS}100 … 0 … +100", "Difference (95 % interval)")
    return _figure(
        "Differences of fixtures", note, table("Differences of fixtures", head, rows, class_="forest"), wide=True
    )


def _numbers(entry: FixtureEntry) -> str:
    low, high = entry.interval or (0.0, 0.0)
    return f"{figures.points(entry.difference or 0.0)} ({figures.points(low)} to {figures.points(high)})"


def _whisker(entry: FixtureEntry) -> Html:
    low, high = entry.interval or (0.0, 0.0)
    at = entry.difference or 0.0
    tone = "worse" if high < 0 else "better" if low > 0 else "level"
    zero = tag("line", x1="50%", x2="50%", y1="0", y2="24", class_="zero")
    span = tag("line", x1=_percent(low), x2=_percent(high), y1="12", y2="12", class_="span")
    point = _point(at, tone)
    return tag("svg", zero, span, point, class_=f"whisker {tone}", height="24", width="100%", aria_hidden="true")


def _point(at: float, tone: str) -> Html:
    """Mark a difference by shape as well as by colour: a square is worse, a disc is better or level."""
    if tone == "worse":
        return tag("rect", x=_percent(at), y="7", width="10", height="10", class_="point square")
    return tag("circle", cx=_percent(at), cy="12", r="5", class_="point")


def _percent(difference: float) -> str:
    return f"{50 + 48 * max(-1.0, min(1.0, difference)):.2f}%"


def _evidence(entry: SuiteEntry | None) -> Html:
    """The evidence after each round of fresh pairs, on a logarithmic scale, and the limit at which it blocks."""
    if entry is None or not entry.looks:
        return Html()
    looks = (1.0, *entry.looks)
    note = f"All evidence together after each round of fresh pairs; it blocks at {entry.block_at:g} : 1."
    rows = [(str(number), figures.odds(look)) for number, look in enumerate(looks)]
    numbers = table("Evidence after each round", ("Round", "Odds that something got worse"), rows)
    folded = tag("details", tag("summary", "The numbers"), numbers)
    return _figure("Evidence over rounds", note, _curve(looks, entry.block_at), folded)


def _curve(looks: tuple[float, ...], limit: float) -> Html:
    low = min(0.1, *looks) or 0.1
    low, high = max(low, 1e-3), min(max(limit * 5, *looks), MOST_DRAWN)
    across = (_WIDTH - _LEFT - _RIGHT) / max(len(looks) - 1, 1)

    def y(value: float) -> float:
        share = math.log(max(value, low) / low) / math.log(high / low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    points = [(_LEFT + number * across, y(look)) for number, look in enumerate(looks)]
    path = " ".join(f"{'L' if number else 'M'}{x:.1f} {at:.1f}" for number, (x, at) in enumerate(points))
    marks = points if len(points) <= 40 else points[-1:]
    return tag(
        "svg",
        tag("title", "Evidence over rounds"),
        tag("desc", f"From 1 : 1 to {figures.odds(looks[-1])} after {figures.count(len(looks) - 1, 'round')}."),
        *_ticks(low, high, y),
        tag("line", x1=f"{_LEFT}", x2=f"{_WIDTH - _RIGHT}", y1=f"{y(limit):.1f}", y2=f"{y(limit):.1f}", class_="limit"),
        tag("text", "blocks", x=f"{_LEFT + 6}", y=f"{y(limit) - 5:.1f}", class_="limit-name"),
        tag("path", d=path, class_="curve"),
        *(tag("circle", cx=f"{x:.1f}", cy=f"{at:.1f}", r="3", class_="point") for x, at in marks),
        tag("text", "0", x=f"{_LEFT}", y=f"{_HEIGHT - 12}", text_anchor="middle"),
        tag(
            "text",
            f"{figures.count(len(looks) - 1, 'round')}",
            x=f"{_WIDTH - _RIGHT}",
            y=f"{_HEIGHT - 12}",
            text_anchor="end",
        ),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        class_="chart",
        role="img",
    )


def _ticks(low: float, high: float, y: Callable[[float], float]) -> Iterator[Html]:
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    step = max(1, math.ceil((last - first) / 6))
    for power in range(first, last + 1, step):
        at = f"{y(10.0**power):.1f}"
        yield tag("line", x1=f"{_LEFT}", x2=f"{_WIDTH - _RIGHT}", y1=at, y2=at, class_="grid")
        yield tag("text", figures.odds(10.0**power), x=f"{_LEFT - 8}", y=at, dy="4", text_anchor="end")


def _rates(guarded: tuple[GuardedEntry, ...]) -> Html:
    if not guarded:
        return Html()
    note = "Mean pass rates of the fixtures that ran on both arms, by the category that they guard against."
    head = ("Category", "Base above, head below", "Base → head")
    rows = [_category(entry) for entry in guarded[:MOST_CATEGORIES]]
    return _figure("Pass rates by category", note, table("Pass rates by category", head, rows, class_="rates"))


def _category(entry: GuardedEntry) -> tuple[str, ...]:
    name = joined(inert.line(entry.name), tag("small", figures.count(entry.fixtures, "fixture")))
    bars = tag(
        "svg",
        tag("rect", x="0", y="3", width="100%", height="8", rx="2", class_="track"),
        tag("rect", x="0", y="3", width=f"{100 * entry.base_rate:.2f}%", height="8", rx="2", class_="base"),
        tag("rect", x="0", y="15", width="100%", height="8", rx="2", class_="track"),
        tag("rect", x="0", y="15", width=f"{100 * entry.head_rate:.2f}%", height="8", rx="2", class_="head"),
        class_="bars",
        height="26",
        width="100%",
        aria_hidden="true",
    )
    return name, bars, f"{figures.rate(entry.base_rate)} → {figures.rate(entry.head_rate)}"
