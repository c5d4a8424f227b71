"""A fixture's assertions → which of them a judge decides, what it is asked, and the same with these only measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmgate.assertions import Assertion
from llmgate.assertions.asking import Asks, Inquiry
from llmgate.assertions.assert_set import AssertSet
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge


def asking(assertions: Iterable[Assertion]) -> Iterator[Asks]:
    """List the checks that a judge decides, those in sets among them."""
    for assertion in assertions:
        if isinstance(assertion.check, AssertSet):
            yield from asking(assertion.check.assertions)
        elif isinstance(assertion.check, Asks):
            yield assertion.check


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


def measured(assertions: Iterable[Assertion]) -> tuple[Assertion, ...]:
    """Take the weight from what a judge decides. A set of which nothing is left to count loses its own."""
    return tuple(map(_measured, assertions))


def _measured(assertion: Assertion) -> Assertion:
    if isinstance(assertion.check, Asks):
        return assertion.model_copy(update={"weight": 0.0})
    if not isinstance(assertion.check, AssertSet) or not any(asking((assertion,))):
        return assertion
    parts = measured(assertion.check.assertions)
    if not any(part.weight > 0 for part in parts):
        return assertion.model_copy(update={"weight": 0.0})
    return assertion.model_copy(update={"check": assertion.check.model_copy(update={"assertions": parts})})
