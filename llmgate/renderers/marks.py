"""A Report → what tools mark at files and lines: the fixtures that broke, a verdict without any, and the findings."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from llmgate.config import PATH
from llmgate.renderers import figures, places, sentences
from llmgate.renderers.places import Place
from llmgate.report import FindingEntry, FixtureEntry, Report
from llmgate.verdict import Severity, Verdict

REGRESSION = "regression"
INTENDED = "Intended? Change the fixture in this pull request and say why."
_MOST_ASSERTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing to look at. `name` tells it from others of its rule, and stays the same from run to run."""

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    name: tuple[str, ...]
    place: Place = field(default_factory=Place)

    @property
    def path(self) -> str:
        return self.place.file or PATH

    @property
    def text(self) -> str:
        message = self.message.rstrip()
        return f"{message}{'' if message.endswith('.') else '.'} {self.remedy}" if self.remedy else message


def of(report: Report) -> tuple[Mark, ...]:
    """List everything that a report marks: what broke, the surest first, then the findings."""
    return (*broken(report), *_verdict(report), *findings(report.findings))


def broken(report: Report) -> tuple[Mark, ...]:
    return tuple(_broken(fixture, report) for fixture in report.broken)


def findings(found: Iterable[FindingEntry]) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            rule=item.rule,
            severity=item.severity,
            message=item.message,
            remedy=item.remedy,
            name=(item.file or "", item.message),
            place=Place(file=item.file or "", line=max(item.line or 1, 1)),
        )
        for item in found
    )


def identified(marks: Iterable[Mark]) -> Iterator[tuple[Mark, str]]:
    """Pair each mark with a fingerprint: the same wherever it stands in its file, another for each of several alike."""
    seen: Counter[tuple[str, ...]] = Counter()
    for mark in sorted(marks, key=_order):
        name = (mark.rule, *mark.name)
        text = json.dumps([*name, seen[name]] if seen[name] else name)
        seen[name] += 1
        yield mark, hashlib.sha256(text.encode()).hexdigest()[:32]


def _order(mark: Mark) -> tuple[bool, Place, str, str, str, tuple[str, ...]]:
    """Put what blocks first, then order by place, so that the same marks are written alike however they come."""
    return mark.severity is not Severity.BLOCK, mark.place, mark.rule, mark.message, mark.remedy, mark.name


def _broken(fixture: FixtureEntry, report: Report) -> Mark:
    return Mark(
        rule=REGRESSION,
        severity=Severity.BLOCK,
        message=f"fixture {fixture.id} broke: {'; '.join(_facts(fixture))}",
        remedy=INTENDED,
        name=(fixture.id,),
        place=places.of(fixture, report.changes),
    )


def _facts(fixture: FixtureEntry) -> Iterator[str]:
    yield f"passes {sentences.score(fixture.base)} on the base, {sentences.score(fixture.head)} on the head"
    if fixture.evidence is not None:
        yield f"odds {figures.odds(fixture.evidence)} that it got worse"
    if fixture.category:
        yield fixture.category
    if fixture.attribution:
        yield f"caused by {fixture.attribution}"
    for failed in fixture.example.failed[:_MOST_ASSERTIONS] if fixture.example else ():
        yield f"{failed.assertion}: {failed.reason}" if failed.reason else failed.assertion


def _verdict(report: Report) -> Iterator[Mark]:
    """Mark a verdict that blocks where neither a fixture nor a finding does, so that nothing looks green."""
    if not report.exit_code or report.broken or _blocks(report):
        return
    reason = next((item for item in report.reasons if item.verdict is report.verdict), None)
    regressed = report.verdict is Verdict.REGRESSED
    yield Mark(
        rule=REGRESSION if regressed else report.verdict.value,
        severity=Severity.BLOCK,
        message=sentences.outcome(report) if regressed or reason is None else reason.message,
        remedy=reason.remedy if reason else "",
        name=("verdict",),
        place=(places.changed(report.changes) if regressed else None) or Place(),
    )


def _blocks(report: Report) -> bool:
    return any(finding.severity is Severity.BLOCK for finding in report.findings)
