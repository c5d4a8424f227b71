"""A Report → the runner's log commands that mark the verdict, what broke and the findings at their files and lines."""

from itertools import groupby

from llmgate.renderers import figures, inert, marks, sentences
from llmgate.renderers.marks import Mark
from llmgate.report import Report
from llmgate.verdict import Severity, Verdict

MOST_PER_KIND = 10
MESSAGE_CHARS = 1_000
MOST_NAMED = 5


def render(report: Report) -> str:
    """Render one command a line, at most ten errors and ten warnings: the runner shows no more of a step."""
    found = marks.findings(report.findings)
    errors = [*_broken(report), *(_mark("error", mark) for mark in found if mark.severity is Severity.BLOCK)]
    warnings = [_mark("warning", mark) for mark in found if mark.severity is Severity.WARN]
    if report.exit_code:
        errors.insert(0, _command("error", sentences.heading(report), title="llmgate"))
    elif report.verdict is Verdict.INCONCLUSIVE:
        warnings.insert(0, _command("warning", sentences.heading(report), title="llmgate"))
    lines = [*_capped("error", errors), *_capped("warning", warnings)]
    return "".join(f"{line}\n" for line in lines)


def warning(message: str) -> str:
    """Write one warning that is of no file."""
    return _command("warning", message, title="llmgate")


def _capped(kind: str, lines: list[str]) -> list[str]:
    if len(lines) <= MOST_PER_KIND:
        return lines
    rest = len(lines) - MOST_PER_KIND + 1
    return [*lines[: MOST_PER_KIND - 1], _command(kind, f"and {rest:,} more in the report", title="llmgate")]


def _broken(report: Report) -> list[str]:
    """Mark each line once, with all the fixtures that broke by it; the line that broke most comes first."""
    by_place = sorted(marks.broken(report), key=lambda mark: mark.place)
    alike = [list(group) for _, group in groupby(by_place, key=lambda mark: mark.place)]
    return [_mark("error", _together(group)) for group in sorted(alike, key=lambda group: -len(group))]


def _together(group: list[Mark]) -> Mark:
    first, *others = group
    if not others:
        return first
    names = ", ".join(mark.name[0] for mark in group[:MOST_NAMED])
    more = f" and {rest:,} more" if (rest := len(group) - MOST_NAMED) > 0 else ""
    message = f"{figures.count(len(group), 'fixture')} broke: {names}{more}"
    return Mark(rule=first.rule, severity=first.severity, message=message, name=first.name, place=first.place)


def _mark(kind: str, mark: Mark) -> str:
    message = mark.message + (f" → {mark.remedy}" if mark.remedy else "")
    where = {"file": inert.line(mark.place.file, 500), "line": str(mark.place.line)} if mark.place.file else {}
    return _command(kind, message, title=f"llmgate {inert.line(mark.rule, 40)}", **where)


def _command(kind: str, message: str, **properties: str) -> str:
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {given}::{_data(inert.log(inert.line(message, MESSAGE_CHARS)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
