"""A report of what broke → what to do where the break is meant."""

from __future__ import annotations

from llmgate.report import Report
from llmgate.verdict import Verdict

COMMAND_CHARS = 1_000
_MOST_ACCEPTED = 3


def advice(report: Report, *, where: str) -> str:
    """Say to change the fixture `where` the edit is, in our own words only; nothing where no break blocks."""
    is_broken = report.verdict is Verdict.REGRESSED and bool(report.broken)
    return f"Intended? Change the fixture {where} and say why" if is_broken else ""


def command(report: Report) -> str:
    """Return the command that accepts the break, which has foreign names in it; nothing for a simulated model."""
    names = " ".join(fixture.id for fixture in report.broken[:_MOST_ACCEPTED])
    return "" if report.simulated else f'llmgate accept {names} --reason "…" --expires DATE'
