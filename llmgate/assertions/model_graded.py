"""A fixture's assertions → which of them a judge decides, what it is asked, and the same with these only measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from llmgate.assertions import Assertion, assert_set
from llmgate.assertions.asking import Asks, Inquiry, asks
from llmgate.assertions.assert_set import AssertSet
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge


def asking(assertions: Iterable[Assertion]) -> Iterator[Asks]:
    """List the checks that a judge decides, those in sets among them."""
    return (check for check in assert_set.checks(assertions) if asks(check))


def inquiries(assertions: Iterable[Assertion], subject: Subject) -> tuple[Inquiry, ...]:
    """List what a judge is asked of a trial, each once. What cannot be asked is told when it is graded."""
    found: dict[str, Inquiry] = {}
    for check in asking(assertions):
        try:
            inquiry = check.inquiry(subject)
        except CannotJudge:
            continue
        found[inquiry.digest] = inquiry
    return tuple(found.values())


def measured(assertions: Iterable[Assertion], which: Callable[[object], bool] = asks) -> tuple[Assertion, ...]:
    """Take the weight from what a judge, or who is meant, decides. A set of which nothing counts loses its own."""
    return tuple(_measured(assertion, which) for assertion in assertions)


def _measured(assertion: Assertion, which: Callable[[object], bool]) -> Assertion:
    if which(assertion.check):
        return assertion.model_copy(update={"weight": 0.0})
    if not isinstance(assertion.check, AssertSet):
        return assertion
    parts = measured(assertion.check.assertions, which)
    if parts == assertion.check.assertions:
        return assertion
    if not any(part.weight > 0 for part in parts):
        return assertion.model_copy(update={"weight": 0.0})
    return assertion.model_copy(update={"check": assertion.check.model_copy(update={"assertions": parts})})
