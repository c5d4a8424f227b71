"""A Report → the comment under a pull request and the summary of a job, as GitHub's Markdown."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from llmgate.renderers import (
    causes,
    changed,
    edits,
    examples,
    exceptions,
    figures,
    fitting,
    history,
    inert,
    intended,
    kinds,
    lead,
    loosened,
    markup,
    sentences,
    tables,
)
from llmgate.renderers.fitting import Block, Weight
from llmgate.renderers.parts import Sentence
from llmgate.report import FindingEntry, FixtureEntry, Report
from llmgate.verdict import Severity, Verdict

COMMENT_LIMIT = 60_000
SUMMARY_LIMIT = 900 * 1024
LEAST_LIMIT = 8_000
DECISION = "https://github.com/llmgate/llmgate/blob/main/docs/decision.md"

_LINK = re.compile(r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._~/-]*)?")
_COMMAND_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of the parts that can be long is printed."""

    output: int
    examples: int
    rows: int
    findings: int


_COMMENT_ROOMS = (
    Room(output=3_000, examples=10, rows=200, findings=25),
    Room(output=800, examples=10, rows=200, findings=15),
    Room(output=300, examples=5, rows=100, findings=10),
)
_SUMMARY_ROOMS = (
    Room(output=20_000, examples=100, rows=500, findings=500),
    Room(output=3_000, examples=100, rows=200, findings=200),
)


def comment(report: Report, *, limit: int = COMMENT_LIMIT, marker: str, link: str | None = None) -> str:
    """Render the comment, at most `limit` in code points and in UTF-16 units; `marker` are its first lines.

    The heading, the marker and the command to reproduce it stay whatever the size; `limit` is at least `LEAST_LIMIT`.
    """
    elsewhere = "The summary of the job and the JSON report have all of it."
    return _page(report, _COMMENT_ROOMS, limit=limit, measure=fitting.utf16, elsewhere=elsewhere, edges=(marker, link))


def summary(report: Report, limit_bytes: int = SUMMARY_LIMIT) -> str:
    """Render the step summary, at most `limit_bytes` of UTF-8: above 1 MiB the runner drops it whole."""
    elsewhere = "The JSON report has all of it."
    return _page(report, _SUMMARY_ROOMS, limit=limit_bytes, measure=fitting.utf8, elsewhere=elsewhere, edges=("", None))


def _page(
    report: Report,
    rooms: tuple[Room, ...],
    *,
    limit: int,
    measure: Callable[[str], int],
    elsewhere: str,
    edges: tuple[str, str | None],
) -> str:
    if limit < LEAST_LIMIT:
        raise ValueError(f"a page needs room for {LEAST_LIMIT:,}, not {limit:,}")
    marker, link = edges
    text = ""
    for room in rooms:
        first = Block(text=marker, weight=Weight.ALWAYS)
        last = Block(text=history.details(report), weight=Weight.EARLIER, name="list of earlier pushes")
        blocks = [first, *_blocks(report, room), _advice(report, link), last]
        text, cut = fitting.page(blocks, limit=limit, measure=measure, elsewhere=elsewhere)
        if not cut:
            break
    return text


def _blocks(report: Report, room: Room) -> list[Block]:
    """What decided comes first: broken fixtures, or else rules that are broken."""
    findings = Block(text=_findings(report, room), weight=Weight.FINDINGS, name="list of findings")
    rejected = report.verdict is Verdict.REJECTED
    return [
        Block(text=f"## {sentences.heading(report)}", weight=Weight.ALWAYS),
        Block(text=_banner(report), weight=Weight.ALWAYS),
        *_opening(report),
        *([findings] if rejected else []),
        Block(text=_paragraph(changed.sentences(report)), weight=Weight.CHANGES, name="list of changes"),
        Block(text=tables.first(report, report.broken), weight=Weight.TABLE, name="table"),
        Block(text=tables.rest(report, report.broken, room.rows), weight=Weight.ROWS, name="rest of the table"),
        *_examples(report, room),
        Block(text=edits.details(report), weight=Weight.EDIT, name="list of edits"),
        Block(text=_suspects(report, room), weight=Weight.SUSPECTS, name="table of suspects"),
        Block(text=loosened.details(report), weight=Weight.FINDINGS, name="changes of the suite"),
        Block(text=_exceptions(report, room), weight=Weight.FINDINGS, name="list of exceptions"),
        *([] if rejected else [findings]),
        Block(text=_suite(report), weight=Weight.SUITE, name="line on the suite"),
        Block(text=markup.sentence(kinds.sentence(report)), weight=Weight.SUITE, name="line on kinds of failure"),
        Block(text=markup.sentence(sentences.retrieval(report)), weight=Weight.SUITE, name="line on retrieval"),
        Block(text=_limits(report), weight=Weight.LIMITS, name="paragraph on the limits"),
        Block(text=_effort(report), weight=Weight.EFFORT, name="line on the calls"),
        Block(text=_reproduce(report), weight=Weight.ALWAYS),
    ]


def _opening(report: Report) -> list[Block]:
    """What the heading means, and why: one paragraph where there is one reason."""
    said, reasons = markup.sentence(lead.sentence(report)), sentences.reasons(report)
    if len(reasons) == 1:
        return [Block(text=f"{said} {markup.sentence(reasons[0])}".strip(), weight=Weight.ALWAYS)]
    listed = Block(text=_lines(reasons), weight=Weight.REASONS, name="list of reasons")
    return [Block(text=said, weight=Weight.ALWAYS), listed]


def _paragraph(parts: list[Sentence]) -> str:
    return " ".join(markup.sentence(part) for part in parts)


def _lines(parts: list[Sentence]) -> str:
    return "\n".join(f"- {markup.sentence(part)}" for part in parts)


def _banner(report: Report) -> str:
    return f"> {markup.sentence(sentences.simulated())}" if report.simulated else ""


def _examples(report: Report, room: Room) -> list[Block]:
    """One for each fixture; where so many broke that all cannot be shown, a few give the picture."""
    found = [fixture for fixture in report.broken if fixture.example]
    most = room.examples if len(found) <= room.examples else room.examples // 2
    texts = [
        examples.details(fixture, simulated=report.simulated, limit=room.output, kind=_kind(fixture))
        for fixture in found[:most]
    ]
    rest = len(found) - most
    texts += [f"{figures.count(rest, 'more example is', 'more examples are')} left out here."] if rest > 0 else []
    return [Block(text=text, weight=Weight.EXAMPLE, name="example") for text in texts]


def _kind(fixture: FixtureEntry) -> str:
    """What kind of failure it is and why."""
    facts = "\n".join(f"- {markup.sentence(fact)}" for fact in causes.facts(fixture))
    return f"{markup.sentence(causes.kind(fixture))}\n\n{facts}".strip()


def _suspects(report: Report, room: Room) -> str:
    """Open where they are what there is to see, folded below fixtures that did break."""
    found = sentences.suspects(report)
    if report.broken and found:
        return tables.folded(report, found, room.rows, summary=f"{len(found):,} more looked worse, not proven")
    parts = (tables.first(report, found), tables.rest(report, found, room.rows))
    return "\n\n".join(["**Looked worse, not proven:**", *(part for part in parts if part)]) if found else ""


def _exceptions(report: Report, room: Room) -> str:
    lines = [f"- {markup.sentence(line)}" for line in exceptions.lines(report)]
    more = [f"- and {len(lines) - room.rows:,} more"] if len(lines) > room.rows else []
    return "\n".join([f"**{exceptions.TITLE}**", "", *lines[: room.rows], *more]) if lines else ""


def _findings(report: Report, room: Room) -> str:
    lines = [_finding(finding) for finding in report.findings[: room.findings]]
    if (rest := len(report.findings) - room.findings) > 0:
        lines.append(f"- and {figures.count(rest, 'more finding')}")
    return "\n".join(["**Policy**", "", *lines]) if lines else ""


def _finding(finding: FindingEntry) -> str:
    sign = "✗" if finding.severity is Severity.BLOCK else "!"
    where = "" if finding.file is None else f" · {inert.code(_place(finding), 200)}"
    remedy = f" → {inert.prose(finding.remedy)}" if finding.remedy else ""
    return f"- {sign} **{inert.code(finding.rule, 40)}** {inert.prose(finding.message)}{where}{remedy}"


def _place(finding: FindingEntry) -> str:
    return finding.file or "" if finding.line is None else f"{finding.file}:{finding.line}"


def _suite(report: Report) -> str:
    text = markup.sentence(sentences.suite(report))
    return f"{text} [How this is decided]({DECISION})" if text else ""


def _limits(report: Report) -> str:
    found = (sentences.missed(report), sentences.unexercised(report), sentences.added(report))
    lines = [markup.sentence(sentence) for sentence in found]
    return "  \n".join(line for line in lines if line)


def _effort(report: Report) -> str:
    return markup.sentence(sentences.effort(report))


def _reproduce(report: Report) -> str:
    command = inert.block(report.reproduce, _COMMAND_CHARS)
    return f"**Reproduce:**\n\n{inert.fence(command, 'sh')}" if report.reproduce.strip() else ""


def _advice(report: Report, link: str | None) -> Block:
    meant = _intended(report)
    more = f"[Full report]({link})" if link and _LINK.fullmatch(link) else ""
    return Block(text=" ".join(text for text in (meant, more) if text), weight=Weight.ADVICE, name="piece of advice")


def _intended(report: Report) -> str:
    if not (advice := intended.advice(report, where="in this pull request")):
        return ""
    command = intended.command(report)
    return f"{advice}, or {inert.code(command, intended.COMMAND_CHARS)}." if command else f"{advice}."
