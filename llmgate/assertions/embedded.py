"""A fixture's assertions → which of them compare embeddings, and the texts that they need embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmgate.assertions import Assertion, likeness
from llmgate.assertions.assert_set import AssertSet
from llmgate.assertions.likeness import Embeds, embeds
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge


def among(assertions: Iterable[Assertion]) -> Iterator[Embeds]:
    """List the checks that compare embeddings, those in sets among them."""
    for assertion in assertions:
        if isinstance(assertion.check, AssertSet):
            yield from among(assertion.check.assertions)
        elif embeds(assertion.check):
            yield assertion.check


def texts(assertions: Iterable[Assertion], subject: Subject) -> tuple[str, ...]:
    """List the texts to embed of a trial, each once. What cannot be embedded is told when it is graded."""
    found: dict[str, None] = {}
    for check in among(assertions):
        try:
            found |= dict.fromkeys(likeness.texts(subject, check.compared()))
        except CannotJudge:
            continue
    return tuple(found)
