"""The verdict and the fixtures of a Report → suites: the verdict by itself, then one suite for each target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from llmgate.renderers import causes, figures, inert, places, sentences
from llmgate.renderers.junit.document import Case, Outcome, Suite
from llmgate.renderers.parts import Sentence, plain
from llmgate.report import FixtureEntry, Report
from llmgate.report.plotted import SkippedEntry
from llmgate.verdict import Verdict

MOST_TOLD = 200
MAX_OUTPUT_CHARS = 4_000
IDENTICAL = "both revisions send the same bytes, so there was nothing to compare"
_NO_TARGET = "fixtures"


def verdict(report: Report) -> Suite:
    """Make the verdict a test of its own: it fails whenever the run's exit code is not 0."""
    reasons = [f"{item.message}{f' ({item.remedy})' if item.remedy else ''}" for item in report.reasons]
    case = Case(
        name="verdict",
        outcome=_outcome(report),
        kind=f"llmgate.{report.verdict.value}",
        message=sentences.heading(report, judged="change"),
        text="\n".join(reasons),
    )
    return Suite(
        name="llmgate",
        group="llmgate",
        cases=(case,),
        seconds=report.seconds,
        properties=tuple(_properties(report)),
        printed=(sentences.heading(report, judged="change"), *reasons),
    )


def _outcome(report: Report) -> Outcome:
    if report.verdict is Verdict.NOT_EVALUATED:
        return Outcome.ERROR
    return Outcome.FAILED if report.exit_code else Outcome.PASSED


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    yield "llmgate.version", report.version
    yield "llmgate.verdict", report.verdict.value
    yield "llmgate.exit_code", str(report.exit_code)
    for side, revision in (("base", report.base), ("head", report.head)):
        if revision:
            yield f"llmgate.{side}", revision.sha
    if report.suite:
        yield "llmgate.evidence", f"{report.suite.highest_evidence:g}"
        yield "llmgate.difference", f"{report.suite.difference:g}"
    yield "llmgate.calls", str(report.calls.made)
    yield "llmgate.simulated", str(report.simulated).lower()


def targets(report: Report) -> Iterator[Suite]:
    """Group the fixtures by their targets. A critical or surer one that broke is told with its answers first."""
    told = {fixture.id for fixture in report.broken[:MOST_TOLD]}
    ran: defaultdict[str, list[FixtureEntry]] = defaultdict(list)
    skipped: defaultdict[str, list[SkippedEntry]] = defaultdict(list)
    for fixture in report.fixtures:
        ran[fixture.target or _NO_TARGET].append(fixture)
    for entry in report.skipped:
        skipped[entry.target or _NO_TARGET].append(entry)
    for target in sorted({*ran, *skipped}):
        cases = [_case(fixture, report, whole=fixture.id in told) for fixture in ran[target]]
        cases += [Case(name=entry.id, outcome=Outcome.SKIPPED, message=IDENTICAL) for entry in skipped[target]]
        yield Suite(
            name=target,
            group=f"llmgate.fixtures.{target}",
            cases=tuple(sorted(cases, key=lambda case: case.name)),
            printed=tuple(_remarks(ran[target])),
        )


def _case(fixture: FixtureEntry, report: Report, *, whole: bool) -> Case:
    if fixture.tier == "confirmed":
        return Case(
            name=fixture.id,
            outcome=Outcome.FAILED,
            kind=f"llmgate.{fixture.failure.category}" if fixture.failure else "llmgate.regression",
            message=_score(fixture),
            text="\n".join(_told(fixture, report)) if whole else "",
        )
    if fixture.tier == "excepted":
        why = next((item.reason for item in report.exceptions if item.fixture == fixture.id), "")
        return Case(name=fixture.id, outcome=Outcome.SKIPPED, message=f"does not count for now: {why}".rstrip(": "))
    if not fixture.head.trials or not (fixture.base.trials or fixture.tier == "new"):
        missing = f"no answer to judge: {fixture.error}" if fixture.error else "no answer to judge"
        return Case(name=fixture.id, outcome=Outcome.ERROR, kind="llmgate.missing", message=missing)
    return Case(name=fixture.id)


def _score(fixture: FixtureEntry) -> str:
    odds = f", odds {figures.odds(fixture.evidence)} that it got worse" if fixture.evidence is not None else ""
    kind = f"; {fixture.category}" if fixture.category else ""
    base, head = sentences.score(fixture.base), sentences.score(fixture.head)
    return f"passes {base} on the base, {head} on the head{odds}{kind}"


def _told(fixture: FixtureEntry, report: Report) -> Iterator[str]:
    """Write all that is known of a broken fixture, a line each, then both answers."""
    place = places.of(fixture, report.changes)
    yield _score(fixture)
    if fixture.title:
        yield inert.line(fixture.title)
    if fixture.attribution:
        yield f"caused by {inert.line(fixture.attribution)}"
    if place.file:
        yield f"at {inert.line(place.file, 500)}:{place.line}"
    yield from (_plain(said) for said in (causes.kind(fixture), *causes.facts(fixture)) if said)
    yield from (_plain(said) for said in causes.sentences(fixture))
    if example := fixture.example:
        yield from (f"failed: {inert.line(item.assertion)}: {inert.line(item.reason, 500)}" for item in example.failed)
        yield f"\n--- question\n{inert.block(example.question, MAX_OUTPUT_CHARS)}"
        yield f"\n--- base answered\n{inert.block(example.base_output, MAX_OUTPUT_CHARS)}"
        yield f"\n--- head answered\n{inert.block(example.head_output, MAX_OUTPUT_CHARS)}"


def _plain(sentence: Sentence) -> str:
    return inert.line(plain(sentence), 1_000)


def _remarks(fixtures: list[FixtureEntry]) -> Iterator[str]:
    """Say of tests that passed what they do not: that they looked worse, are new, or lack some trials."""
    for fixture in fixtures:
        if fixture.tier in ("likely", "suspected"):
            yield f"{inert.line(fixture.id)} looked worse, not proven: {_score(fixture)}"
        elif fixture.tier == "new":
            yield f"{inert.line(fixture.id)} is new, not compared: passes {sentences.score(fixture.head)} on the head"
        if fixture.errors:
            yield f"{inert.line(fixture.id)} has {figures.count(fixture.errors, 'trial')} without an answer"
