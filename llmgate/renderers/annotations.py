"""A Report → the runner's log commands that mark the verdict and the findings at their files and lines."""

from llmgate.renderers import figures, inert, sentences
from llmgate.report import FindingEntry, Report
from llmgate.verdict import Severity, Verdict

MOST_PER_KIND = 10
MESSAGE_CHARS = 1_000


def render(report: Report) -> str:
    """Render one command a line, at most ten errors and ten warnings: the runner shows no more of a step."""
    errors = [_finding("error", finding) for finding in report.findings if finding.severity is Severity.BLOCK]
    warnings = [_finding("warning", finding) for finding in report.findings if finding.severity is Severity.WARN]
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
    return [*lines[: MOST_PER_KIND - 1], _command(kind, f"and {figures.count(rest, 'more finding')}", title="llmgate")]


def _finding(kind: str, finding: FindingEntry) -> str:
    message = finding.message + (f" → {finding.remedy}" if finding.remedy else "")
    where: dict[str, str] = {}
    if finding.file:
        where["file"] = inert.line(finding.file, 500)
        where |= {"line": str(finding.line)} if finding.line else {}
    return _command(kind, message, title=f"llmgate {inert.line(finding.rule, 40)}", **where)


def _command(kind: str, message: str, **properties: str) -> str:
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {given}::{_data(inert.log(inert.line(message, MESSAGE_CHARS)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
