"""A Report → text for a terminal or a job's log: the comment's words, as wide as the screen, in colour if it can."""

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from llmgate.renderers import (
    causes,
    changed,
    examples,
    exceptions,
    figures,
    history,
    inert,
    intended,
    kinds,
    lead,
    loosened,
    screen,
    sentences,
)
from llmgate.renderers.parts import Code, Prose, Sentence
from llmgate.report import FindingEntry, FixtureEntry, Report
from llmgate.verdict import Severity, Verdict

PLAIN_WIDTH = 100
ROOMY_WIDTH = 90  # below it a table has room for its figures only
MOST_EXAMPLES = 5
MOST_ROWS = 50
OUTPUT_CHARS = 2_000
_COLOURS = {
    Verdict.NOT_EVALUATED: "bold red",
    Verdict.REGRESSED: "bold red",
    Verdict.REJECTED: "bold red",
    Verdict.INCONCLUSIVE: "bold yellow",
    Verdict.IMPROVED: "bold green",
    Verdict.PASSED: "bold green",
    Verdict.NOT_APPLICABLE: "bold green",
}
_SIGNS = {"-": "red", "+": "green"}


def render(report: Report, *, width: int = PLAIN_WIDTH, colour: bool = False, brief: bool = False) -> str:
    """Render for a screen `width` columns wide, with ANSI colours only if `colour`; safe to print in a job's log.

    `brief` leaves the verdict's line alone.
    """
    if brief:
        return screen.safe(screen.printed([_heading(report)], width=width, colour=colour))
    text = screen.printed(_parts(report, roomy=width >= ROOMY_WIDTH), width=width, colour=colour)
    return screen.safe(f"{text.rstrip()}\n{_reproduce(report)}")


def _parts(report: Report, *, roomy: bool) -> list[RenderableType]:
    parts: list[RenderableType] = [_heading(report), ""]
    parts += [screen.text(sentences.simulated())] if report.simulated else []
    parts += [screen.text(said)] if (said := lead.sentence(report)) else []
    parts += [screen.text(reason) for reason in sentences.reasons(report)]
    parts += [screen.paragraph(sentence) for sentence in changed.sentences(report)]
    parts += _table("Broken", report.broken, roomy=roomy)
    parts += _examples([fixture for fixture in report.broken if fixture.example])
    parts += _table("Looked worse, not proven", sentences.suspects(report), roomy=roomy)
    parts += _listed(loosened.TITLE, loosened.lines(report))
    parts += _listed(exceptions.TITLE, exceptions.lines(report))
    parts += _findings(report)
    parts += [""]
    closing = (
        sentences.suite,
        kinds.sentence,
        sentences.retrieval,
        sentences.missed,
        sentences.unexercised,
        sentences.added,
        sentences.effort,
    )
    parts += [screen.paragraph(sentence) for sentence in (say(report) for say in closing) if sentence]
    parts += _earlier(report)
    parts += _intended(report)
    return parts


def _heading(report: Report) -> Text:
    return Text(sentences.heading(report, judged="change"), style=_COLOURS[report.verdict])


def _table(title: str, fixtures: tuple[FixtureEntry, ...], *, roomy: bool) -> list[RenderableType]:
    if not fixtures:
        return []
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column(title, overflow="fold")
    for column in ("base", "head", "odds worse"):
        table.add_column(column, justify="right", no_wrap=True)
    for column in ("kind of failure", "caused by") if roomy else ():
        table.add_column(column, overflow="fold")
    for fixture in fixtures[:MOST_ROWS]:
        table.add_row(*_row(fixture)[: len(table.columns)])
    rest = len(fixtures) - MOST_ROWS
    return ["", table, *([f"and {figures.count(rest, 'more fixture')}"] if rest > 0 else [])]


def _row(fixture: FixtureEntry) -> list[Text]:
    name = Text(inert.line(fixture.id, 80), style="bold")
    name.append(sentences.standing(fixture), style="not bold")
    return [
        name,
        Text(sentences.score(fixture.base)),
        Text(sentences.score(fixture.head)),
        Text(figures.odds(fixture.evidence)),
        Text(inert.line(sentences.failing(fixture), 80) or figures.NONE),
        Text(inert.line(sentences.cause(fixture).text, 120) or figures.NONE),
    ]


def _examples(fixtures: list[FixtureEntry]) -> list[RenderableType]:
    rest = len(fixtures) - MOST_EXAMPLES
    shown = [part for fixture in fixtures[:MOST_EXAMPLES] for part in _example(fixture)]
    return [*shown, *(["", f"and {rest:,} more"] if rest > 0 else [])]


def _example(fixture: FixtureEntry) -> list[RenderableType]:
    example = fixture.example
    if example is None:
        return []
    title = Text(inert.line(fixture.id, 80), style="bold")
    title.append(f": {inert.line(fixture.title)}" if fixture.title.strip() else "", style="not bold")
    asked = [screen.paragraph(("question: ", Prose(example.question)))] if example.question.strip() else []
    difference = examples.difference(example.base_output, example.head_output, limit=OUTPUT_CHARS)
    answers = [screen.Hanging(text=Text(line, style=_SIGNS.get(line[:1], ""))) for line in difference.split("\n")]
    failed = [
        screen.paragraph(
            ("failed ", Code(entry.assertion), *((": ", Prose(entry.reason)) if entry.reason.strip() else ()))
        )
        for entry in example.failed[: examples.MOST_ASSERTIONS]
    ]
    kind = [screen.paragraph(said) for said in (causes.kind(fixture), *causes.facts(fixture)) if said]
    why = [screen.paragraph(sentence) for sentence in causes.sentences(fixture)]
    return ["", title, *(Padding(line, (0, 0, 0, 2)) for line in [*asked, *answers, *failed, *kind, *why])]


def _listed(title: str, lines: list[Sentence]) -> list[RenderableType]:
    if not lines:
        return []
    rest = len(lines) - MOST_ROWS
    more = [f"  and {rest:,} more"] if rest > 0 else []
    shown = [screen.paragraph(("  ", *line), columns=4) for line in lines[:MOST_ROWS]]
    return ["", Text(title, style="bold"), *shown, *more]


def _findings(report: Report) -> list[RenderableType]:
    if not report.findings:
        return []
    rest = len(report.findings) - MOST_ROWS
    more = [f"  and {figures.count(rest, 'more finding')}"] if rest > 0 else []
    lines = [screen.paragraph(_finding(finding), columns=4) for finding in report.findings[:MOST_ROWS]]
    return ["", Text("Policy", style="bold"), *lines, *more]


def _finding(finding: FindingEntry) -> Sentence:
    sign = "✗" if finding.severity is Severity.BLOCK else "!"
    line = "" if finding.line is None else f":{finding.line}"
    where: Sentence = (" · ", Code(finding.file), line) if finding.file else ()
    remedy: Sentence = (" → ", Prose(finding.remedy)) if finding.remedy else ()
    return (f"  {sign} ", Code(finding.rule), " ", Prose(finding.message), *where, *remedy)


def _earlier(report: Report) -> list[RenderableType]:
    pushes = " · ".join(history.ended(push) for push in report.earlier[-5:])
    return [Text(f"earlier pushes: {pushes}")] if pushes else []


def _intended(report: Report) -> list[RenderableType]:
    if not (advice := intended.advice(report, where="along with the edit")):
        return []
    command = inert.line(intended.command(report), intended.COMMAND_CHARS)
    return [screen.paragraph((f"{advice}, or: {command}" if command else f"{advice}.",))]


def _reproduce(report: Report) -> str:
    """The command to copy, whose lines are as long as they are."""
    command = inert.block(report.reproduce, 1_500).strip().replace("\n", "\n  ")
    return f"\nReproduce:\n  {command}" if command else ""
