"""A report and the job → the first span of a run, with the verdict, and an event for each fixture that got worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmgate.conventions import attributes as names
from llmgate.conventions.spelling import Value
from llmgate.report import FixtureEntry, Report
from llmgate.telemetry.place import Place
from llmgate.telemetry.span import Event, Span
from llmgate.verdict import Verdict

NAME = "llmgate gate"
MAX_FIXTURES = 120

_RESULT = {0: "success", 1: "failure"}


def span(
    report: Report, place: Place, job: Mapping[str, Value], *, started_ns: int, ended_ns: int, content: bool
) -> Span:
    """Tell the run. The status is an error wherever the check is not green."""
    told = {**job, **dict(_revisions(report)), **dict(_verdict(report, content=content))}
    return Span(
        trace=place.trace,
        id=place.root,
        parent=place.parent.span if place.parent else None,
        name=NAME,
        started_ns=started_ns,
        ended_ns=ended_ns,
        attributes=told,
        events=tuple(_worse(report, ended_ns)),
        failed=report.exit_code != 0,
        message=report.verdict.value if report.exit_code else "",
    )


def _revisions(report: Report) -> Iterator[tuple[str, Value]]:
    for revision, sha, name in ((report.base, names.BASE, names.BASE_NAME), (report.head, names.HEAD, names.HEAD_NAME)):
        if revision is not None:
            yield from ((key, value) for key, value in ((sha, revision.sha), (name, revision.ref)) if value)


def _verdict(report: Report, *, content: bool) -> Iterator[tuple[str, Value]]:
    yield names.TASK_RESULT, _RESULT.get(report.exit_code, "error")
    yield names.SUITE, "llmgate"
    yield names.SUITE_STATUS, _suite(report)
    yield names.VERDICT, report.verdict.value
    yield names.EXIT, report.exit_code
    yield names.CALLS, report.calls.made
    yield names.CALLS_REUSED, report.calls.reused
    yield names.CALLS_FAILED, report.calls.errors
    yield names.COST, report.cost.usd
    if report.exit_code:
        yield names.ERROR, report.verdict.value
    if report.suite:
        yield names.EVIDENCE, report.suite.total_evidence
        yield names.DIFFERENCE, report.suite.difference
    if content and report.reasons:
        yield names.REASONS, tuple(reason.message for reason in report.reasons)


def _suite(report: Report) -> str:
    if report.verdict is Verdict.NOT_APPLICABLE:
        return "skipped"
    return "failure" if report.exit_code else "success"


def _worse(report: Report, at_ns: int) -> Iterator[Event]:
    worse = [fixture for fixture in report.fixtures if fixture.tier in ("confirmed", "likely", "suspected")]
    for fixture in worse[:MAX_FIXTURES]:
        yield Event(name=names.FIXTURE_EVENT, at_ns=at_ns, attributes=dict(_fixture(fixture)))


def _fixture(fixture: FixtureEntry) -> Iterator[tuple[str, Value]]:
    yield names.FIXTURE, fixture.id
    yield names.TIER, fixture.tier
    yield names.BASE_PASSED, fixture.base.passed
    yield names.BASE_TRIALS, fixture.base.trials
    yield names.HEAD_PASSED, fixture.head.passed
    yield names.HEAD_TRIALS, fixture.head.trials
    if fixture.evidence is not None:
        yield names.EVIDENCE, fixture.evidence
    if fixture.failure is not None:
        yield names.FAILURE, fixture.failure.category
