"""What was found → what is drawn and listed beside the entries: differences, rates, what did not run or asks less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from statistics import fmean

from llmgate.fixture import Fixture
from llmgate.report import Counts, FixtureEntry
from llmgate.report.loosened import LineEntry, LoosenedEntry
from llmgate.report.material import Material
from llmgate.report.plotted import GuardedEntry, SkippedEntry

Interval = tuple[float, float]
NO_CATEGORY = "none given"
MOST_LOOSENED = 1_000


def difference(base: Counts, head: Counts) -> tuple[float | None, Interval | None]:
    """Subtract the base's pass rate from the head's, with Newcombe's interval; None without trials on both arms."""
    if not base.trials or not head.trials:
        return None, None
    from llmgate.stats import newcombe  # noqa: PLC0415 - scipy is imported when something was compared, and not before

    found = newcombe.independent(head.passed, head.trials, base.passed, base.trials)
    gap = head.passed / head.trials - base.passed / base.trials
    return round(gap, 6), (round(found.low, 6), round(found.high, 6))


def loosened(material: Material) -> Iterator[LoosenedEntry]:
    """List what the head takes away from the suite, by fixture; those that the label lets through last."""
    suite = material.suite
    every = (*suite.weakened, *material.excepting, *suite.let_through)
    for each in sorted(every, key=lambda one: (one.approved, one.fixture, one.file))[:MOST_LOOSENED]:
        yield LoosenedEntry(
            fixture=each.fixture,
            losses=each.every or (each.what,),
            file=each.file,
            line=each.line,
            approved=each.approved,
            lines=tuple(LineEntry(sign=line.sign, text=line.text) for line in each.lines),
        )


def guards(fixture: Fixture, material: Material) -> str:
    """Name the category that a fixture guards against by its id; empty where it says none."""
    written = (fixture.category or "").strip()
    return material.taxonomy.read(written).category if written else ""


def skipped(material: Material) -> Iterator[SkippedEntry]:
    """List the fixtures that send the same bytes on both arms and did not run."""
    ran = {planned.id for planned in material.plan.runs}
    known = {case.fixture.id: case.fixture for case in material.suite.cases}
    for name in material.plan.identical:
        if name not in ran and (fixture := known.get(name)):
            yield SkippedEntry(id=name, title=fixture.title, target=fixture.target, guards=guards(fixture, material))


def guarded(entries: Iterable[FixtureEntry], material: Material) -> Iterator[GuardedEntry]:
    """Sum up the fixtures of each category that both arms ran, by name."""
    rates: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for entry in entries:
        if entry.base.trials and entry.head.trials:
            rates[entry.guards].append((_rate(entry.base), _rate(entry.head)))
    for category, found in sorted(rates.items()):
        yield GuardedEntry(
            category=category,
            name=material.taxonomy.name(category) if category else NO_CATEGORY,
            fixtures=len(found),
            base_rate=round(fmean(base for base, _ in found), 6),
            head_rate=round(fmean(head for _, head in found), 6),
        )


def _rate(counts: Counts) -> float:
    return counts.passed / counts.trials
