"""Failing trials → the kind of failure, and the change that caused it, as far as both can be known without a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llmgate.assertions import categories
from llmgate.assertions.categories import Category
from llmgate.changes import Change
from llmgate.fixture import Fixture
from llmgate.trial import Grade, Graded


def category(fixture: Fixture, failing: Graded | None) -> str | None:
    """Name the kind of failure: what the failed assertion says of itself, else what the fixture guards against.

    A call that could not be replayed comes between them: the conversation ended before what is guarded against. Where
    neither says anything, the kind of the first failed assertion that implies one does.
    """
    failures = failed(failing)
    named = (grade.category for grade in failures if grade.category)
    missed = Category.TOOL_USE if failing and failing.trace.miss else None
    implied = (kind for grade in failures if (kind := categories.implied(grade.assertion)))
    return next(named, None) or missed or fixture.category or next(implied, None)


def failed(graded: Graded | None) -> tuple[Grade, ...]:
    """List the assertions that failed, those of sets one by one."""
    return tuple(_failed(graded.grades)) if graded else ()


def _failed(grades: Iterable[Grade]) -> Iterable[Grade]:
    for grade in grades:
        if not grade.passed and grade.error is None:
            yield from tuple(_failed(grade.parts)) or (grade,)


def only_change(name: str, changes: Sequence[Change], exercised: Sequence[tuple[str, ...]]) -> str | None:
    """Name the change that a fixture broke with, where only one reaches it; several cannot be told apart here."""
    reaching = [change for change, names in zip(changes, exercised, strict=True) if name in names]
    if len(reaching) != 1:
        return None
    return f"{reaching[0].kind.value} {reaching[0].unit.partition(':')[2]}"
