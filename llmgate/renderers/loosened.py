"""A Report → the section on fixtures that are asked less: what is taken away, and the lines that differ."""

from collections.abc import Iterator

from llmgate.renderers import figures, inert
from llmgate.renderers.parts import Code, Prose, Sentence
from llmgate.report import Report
from llmgate.report.loosened import LoosenedEntry

TITLE = "Suite changes"
MOST_FIXTURES = 30
_LINE_CHARS = 300


def lines(report: Report) -> list[Sentence]:
    """Say of each fixture what is taken away, where, and which form of it decided."""
    return [_line(entry) for entry in report.suite_changes]


def _line(entry: LoosenedEntry) -> Sentence:
    held = "; the label lets it" if entry.approved else "; the base's form decided"
    where = Code(f"{inert.line(entry.file, 200)}:{entry.line}")
    return (Code(entry.fixture), ": ", Prose(", ".join(entry.losses)), held, " · ", where)


def details(report: Report, most: int = MOST_FIXTURES) -> str:
    """The `<details>`: the lines of each fixture that only one of its forms has; empty where nothing is asked less."""
    if not report.suite_changes:
        return ""
    told = "\n".join(line for entry in report.suite_changes[:most] for line in _diff(entry))
    rest = len(report.suite_changes) - most
    more = f"\n\nand {figures.count(rest, 'more fixture')}" if rest > 0 else ""
    return f"<details><summary>{_summary(report)}</summary>\n\n{inert.fence(told, 'diff')}{more}\n\n</details>"


def diff(entry: LoosenedEntry) -> Iterator[tuple[str, str]]:
    """The sign and the text of each line that differs, as one line of plain text."""
    for line in entry.lines:
        yield line.sign, inert.line(line.text, _LINE_CHARS)


def _diff(entry: LoosenedEntry) -> Iterator[str]:
    yield f"@@ {inert.line(entry.fixture, 200)} · {inert.line(entry.file, 200)}:{entry.line} @@"
    for loss in entry.losses:
        yield f"  {inert.line(loss, _LINE_CHARS)}{' (let through)' if entry.approved else ''}"
    yield from (f"{sign} {text}" for sign, text in diff(entry))


def _summary(report: Report) -> str:
    """Count without a name: the names are foreign text, and stand in the fence."""
    held = sum(not entry.approved for entry in report.suite_changes)
    let = len(report.suite_changes) - held
    parts = [
        f"{figures.count(held, 'fixture')} asked less; the base's form decided" if held else "",
        f"{figures.count(let, 'fixture')} asked less, let through by the label" if let else "",
    ]
    return f"{TITLE}: {', '.join(part for part in parts if part)}"
