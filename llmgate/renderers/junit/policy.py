"""Findings → a suite in which each that blocks is a test that failed."""

from __future__ import annotations

from collections.abc import Iterable

from llmgate.renderers.junit.document import Case, Outcome, Suite
from llmgate.report import FindingEntry
from llmgate.verdict import Severity

NAME = "llmgate.policy"
MOST_FINDINGS = 1_000


def suite(found: Iterable[FindingEntry]) -> Suite:
    """List what blocks; where nothing does, one test passes, as readers take a file without tests for a fault."""
    told = list(found)
    blocking = [item for item in told if item.severity is Severity.BLOCK]
    cases = [_case(item) for item in blocking[:MOST_FINDINGS]] or [Case(name="no finding blocks")]
    warnings = [f"warning: {_place(item)}{_text(item)}" for item in told if item.severity is Severity.WARN]
    left = [f"{rest:,} more findings block" for rest in (len(blocking) - MOST_FINDINGS,) if rest > 0]
    return Suite(name=NAME, group=NAME, cases=tuple(cases), printed=(*left, *warnings[:MOST_FINDINGS]))


def _case(item: FindingEntry) -> Case:
    text = f"{_place(item)}{_text(item)}"
    return Case(
        name=f"{item.rule}: {item.message}",
        outcome=Outcome.FAILED,
        kind=f"llmgate.{item.rule}",
        message=_text(item),
        text=text,
    )


def _place(item: FindingEntry) -> str:
    return f"{item.file}:{item.line or 1}: " if item.file else ""


def _text(item: FindingEntry) -> str:
    return f"{item.message} ({item.remedy})" if item.remedy else item.message
