"""A Report → the part of the page that needs no script: verdict, figures, reasons, changes, findings, what broke."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from llmgate.renderers import changed, exceptions, figures, history, inert, kinds, loosened, sentences
from llmgate.renderers.page.markup import NAME_CHARS, Html, joined, sentence, table, tag
from llmgate.renderers.parts import Sentence
from llmgate.report import ChangeEntry, FindingEntry, FixtureEntry, Hunk, Report, Revision
from llmgate.report.loosened import LoosenedEntry
from llmgate.verdict import Severity, Verdict

MOST_ROWS = 200
MOST_HUNKS = 60
SHORT_SHA = 10
COMMAND_CHARS = 4_000
_TONES = {
    Verdict.REGRESSED: "bad",
    Verdict.REJECTED: "bad",
    Verdict.NOT_EVALUATED: "bad",
    Verdict.INCONCLUSIVE: "open",
    Verdict.IMPROVED: "good",
    Verdict.PASSED: "good",
    Verdict.NOT_APPLICABLE: "good",
}


def header(report: Report) -> Html:
    mark, _, words = sentences.heading(report, judged="change").partition(" llmgate: ")
    words = words[:1].upper() + words[1:]
    verdict = tag("h1", tag("span", mark, class_="mark", aria_hidden="true"), tag("span", words), class_="verdict")
    brand = tag("p", tag("strong", "llmgate"), " ", tag("span", report.verdict.value.replace("_", " ")), class_="brand")
    toggle = tag("button", "Theme", type="button", id="theme", class_="quiet", hidden=True)
    top = tag("div", brand, toggle, class_="top")
    return tag(
        "header", tag("div", top, verdict, _revisions(report), class_="wrap"), class_=f"tone-{_TONES[report.verdict]}"
    )


def _revisions(report: Report) -> Html:
    if report.base is None or report.head is None:
        return Html()
    return tag("p", _revision(report.base), " → ", _revision(report.head), class_="revisions")


def _revision(revision: Revision) -> Html:
    name = inert.line(revision.ref, 120)
    short = inert.line(revision.sha[:SHORT_SHA], SHORT_SHA)
    return joined(f"{name} " if name and name != short else "", tag("code", short))


def sections(report: Report) -> Html:
    """Everything between the verdict and the plots; a section with nothing to say is left out."""
    parts = (_summary, _broken, _findings, _loosened, _exceptions, _changes, _decided)
    return joined(*(part(report) for part in parts))


def _summary(report: Report) -> Html:
    said = [sentences.simulated()] if report.simulated else []
    lines = [tag("p", sentence(line)) for line in (*said, *sentences.reasons(report))]
    cards = _cards(report)
    if not cards and not lines:
        return Html()
    return _section("summary", "Summary", cards, tag("div", *lines, class_="prose") if lines else Html())


def _decided(report: Report) -> Html:
    said = (
        sentences.suite(report),
        kinds.sentence(report),
        sentences.retrieval(report),
        sentences.missed(report),
        sentences.unexercised(report),
        sentences.added(report),
        sentences.effort(report),
    )
    lines = [tag("p", sentence(line)) for line in said if line]
    return _section("decided", "What this rests on", tag("div", *lines, class_="prose")) if lines else Html()


def _cards(report: Report) -> Html:
    cards = [
        tag("div", tag("dt", name), tag("dd", value, tag("small", note))) for name, value, note in _figures(report)
    ]
    return tag("dl", *cards, class_="cards") if cards else Html()


def _figures(report: Report) -> Iterator[tuple[str, str, str]]:
    """The numbers that come first, each with a name and a note."""
    entry = report.suite
    if entry and entry.compared and not report.only:
        low, high = (figures.points(bound) for bound in entry.interval)
        rates = f"{figures.rate(entry.base_rate)} → {figures.rate(entry.head_rate)}"
        yield "Pass rate", rates, "base → head, of what ran on both"
        yield "Difference", f"{figures.points(entry.difference)} points", f"95 % interval {low} to {high}"
        yield "Evidence", figures.odds(entry.highest_evidence), f"blocks at {entry.block_at:g} : 1"
        yield "Fixtures", f"{entry.compared:,} compared", f"{entry.identical:,} send the same bytes"
    calls = report.calls
    if calls.made or calls.reused:
        cost = "simulated model" if report.simulated else figures.money(report.cost.usd) if report.cost.usd else ""
        notes = (f"{calls.reused:,} reused" if calls.reused else "", cost, figures.duration(report.seconds))
        yield "Calls", f"{calls.made:,}", " · ".join(note for note in notes if note)


def _changes(report: Report) -> Html:
    said = changed.sentences(report)
    if not said:
        return Html()
    lines = tag("ul", *(tag("li", sentence(line)) for line in said))
    places = [(change, hunk) for change in report.changes for hunk in change.hunks][:MOST_HUNKS]
    edits = tag("ol", *(_hunk(*place) for place in places), class_="hunks")
    words = tag("details", tag("summary", "The edit, word by word"), edits, open=len(places) <= 6) if places else Html()
    return _section("changes", "What changed", lines, words)


def _hunk(change: ChangeEntry, hunk: Hunk) -> Html:
    where = tag("code", f"{inert.line(change.path or change.unit, 200)}:{hunk.line}")
    pieces = (("span", hunk.before), ("del", hunk.removed), ("ins", hunk.added), ("span", hunk.after))
    words = [tag(name, inert.line(piece, 1_000)) for name, piece in pieces if piece.strip()]
    spaced = (part for word in words for part in (word, Html(" ")))
    return tag("li", where, tag("p", *spaced, class_="words"))


def _findings(report: Report) -> Html:
    if not report.findings:
        return Html()
    rows = [_finding(finding) for finding in report.findings[:MOST_ROWS]]
    more = _more(len(report.findings), "finding")
    head = ("Rule", "What", "Where", "Remedy")
    return _section("findings", "Policy", table("Findings of the policy", head, rows, class_="stacks"), more)


def _exceptions(report: Report) -> Html:
    told = exceptions.lines(report)
    if not told:
        return Html()
    lines = tag("ul", *(tag("li", sentence(line)) for line in told[:MOST_ROWS]))
    return _section("exceptions", exceptions.TITLE, lines, _more(len(told), "exception"))


def _loosened(report: Report) -> Html:
    if not report.suite_changes:
        return Html()
    told = zip(report.suite_changes, loosened.lines(report), strict=True)
    items = [tag("li", sentence(line), _differing(entry)) for entry, line in list(told)[:MOST_ROWS]]
    return _section("suite-changes", loosened.TITLE, tag("ul", *items), _more(len(report.suite_changes), "fixture"))


def _differing(entry: LoosenedEntry) -> Html:
    names = {"-": "del", "+": "ins"}
    lines = (tag("li", tag(names[sign], text)) for sign, text in loosened.diff(entry))
    return tag("ul", *lines, class_="words") if entry.lines else Html()


def _finding(finding: FindingEntry) -> tuple[str, ...]:
    blocks = finding.severity is Severity.BLOCK
    sign = tag("span", "✗ blocks" if blocks else "! warns", class_="badge bad" if blocks else "badge open")
    line = "" if finding.line is None else f":{finding.line}"
    where = tag("code", f"{inert.line(finding.file, 300)}{line}") if finding.file else figures.NONE
    rule = joined(tag("code", inert.line(finding.rule, 60)), " ", sign)
    return rule, inert.line(finding.message, 2_000), where, inert.line(finding.remedy, 1_000) or figures.NONE


def _broken(report: Report) -> Html:
    tables = (
        _fixtures("broken", "Broken", report.broken),
        _fixtures("suspects", "Looked worse, not proven", sentences.suspects(report)),
    )
    return joined(*tables)


def _fixtures(name: str, title: str, entries: tuple[FixtureEntry, ...]) -> Html:
    if not entries:
        return Html()
    head = ("Fixture", "Base", "Head", "Odds that it got worse", "Kind of failure", "Caused by")
    rows = [_row(entry) for entry in entries[:MOST_ROWS]]
    return _section(name, title, table(title, head, rows, class_="stacks"), _more(len(entries), "fixture"))


def _row(entry: FixtureEntry) -> tuple[str, ...]:
    title = inert.line(entry.title)
    name = joined(link(entry.id), sentences.standing(entry), tag("small", title) if title else "")
    cause = sentence((sentences.cause(entry),)) if entry.attribution else figures.NONE
    kind = inert.line(sentences.failing(entry)) or figures.NONE
    odds = figures.odds(entry.evidence)
    return name, sentences.score(entry.base), sentences.score(entry.head), odds, kind, cause


def link(fixture: str) -> Html:
    """Point to a fixture in the list below."""
    href = f"#fixture={quote(inert.line(fixture, NAME_CHARS), safe='')}"
    return tag("a", tag("code", inert.line(fixture, 120)), href=href)


def _more(count: int, noun: str) -> Html:
    rest = count - MOST_ROWS
    return tag("p", f"and {figures.count(rest, 'more ' + noun)}; the JSON report has all.") if rest > 0 else Html()


def _section(name: str, title: str, *children: Html) -> Html:
    return tag("section", tag("h2", title, id=f"{name}-title"), *children, id=name, aria_labelledby=f"{name}-title")


def footer(report: Report) -> Html:
    """Say how to see it again, and what was before."""
    command = inert.block(report.reproduce, COMMAND_CHARS).strip()
    again = joined(tag("h2", "Reproduce"), tag("pre", tag("code", command), tabindex="0")) if command else Html()
    pushes: Sentence = (" · ".join(history.ended(push) for push in report.earlier[-5:]),)
    earlier = tag("p", "Earlier pushes: ", sentence(pushes)) if report.earlier else Html()
    by = tag("p", f"llmgate {report.version} · this file needs no network and asks nobody for anything", class_="faint")
    return tag("footer", tag("div", again, earlier, by, class_="wrap"))
