"""A trace and its fixture → the grades of its assertions, and what they add up to."""

from __future__ import annotations

from llmgate.assertions import Subject, judgement, weighing
from llmgate.fixture import Fixture
from llmgate.trial import Graded, Outcome, Trace


def subject(trace: Trace, fixture: Fixture) -> Subject:
    """Put together what a check sees."""
    return Subject(
        trace=trace,
        tools=fixture.tools.definitions,
        gold=fixture.context.gold,
        variables=fixture.input.variables,
        messages=fixture.input.messages,
        context=fixture.context.text,
    )


def grade(trace: Trace, fixture: Fixture) -> Graded:
    """Judge one trial; the same trace and fixture always give the same result.

    A trace without an answer is an error: missing data. A replay miss is a failure: the model answered, and what it
    answered is not what was recorded; so is an application that failed by itself. Otherwise the case passes if all
    its assertions pass, or if the weighted mean of their scores reaches the fixture's threshold; where assertions that
    could not judge leave that open, it is an error.
    """
    if trace.error is not None:
        return Graded(
            trace=trace, outcome=Outcome.ERROR, score=0.0, reason=judgement.short(f"no answer: {trace.error}")
        )
    if trace.fault is not None:
        reason = judgement.short(f"the application failed: {trace.fault}")
        return Graded(trace=trace, outcome=Outcome.FAILED, score=0.0, reason=reason)
    if trace.miss is not None:
        return Graded(trace=trace, outcome=Outcome.FAILED, score=0.0, reason=judgement.short(f"miss: {trace.miss}"))
    seen = subject(trace, fixture)
    grades = tuple(assertion.grade(seen) for assertion in fixture.assertions)
    total = weighing.weigh(grades, fixture.threshold)
    return Graded(
        trace=trace,
        outcome=total.outcome,
        score=total.score,
        grades=grades,
        reason=total.reason,
        metrics=weighing.metrics(grades),
    )
