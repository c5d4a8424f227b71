"""The grades of a trial → an event for each assertion, those within sets among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmgate.conventions import attributes as names
from llmgate.conventions import spelling
from llmgate.telemetry.span import Event
from llmgate.trial import Grade, Graded

MAX_EVENTS = 120
"""Of one trial: OpenTelemetry's SDKs keep 128 events of a span."""
UNJUDGED = "not_judged"


def events(graded: Graded, at_ns: int, *, content: bool) -> Iterator[Event]:
    """Tell what each assertion found. Reasons quote the answer, so they are content."""
    for number, grade in enumerate(_all(graded.grades)):
        if number == MAX_EVENTS:
            return
        told = spelling.judged(
            grade.assertion,
            score=grade.score if grade.error is None else None,
            label=None if grade.error else "pass" if grade.passed else "fail",
            explanation=(grade.error or grade.reason) if content else None,
            error=UNJUDGED if grade.error else None,
        )
        told[names.WEIGHT] = grade.weight
        if grade.metric:
            told[names.METRIC] = grade.metric
        yield Event(name=names.EVALUATION_EVENT, at_ns=at_ns, attributes=told)


def _all(grades: Iterable[Grade]) -> Iterator[Grade]:
    for grade in grades:
        yield grade
        yield from _all(grade.parts)
