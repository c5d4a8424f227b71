"""Failing trials → the kind of failure, and the change that caused it, as far as both can be known without a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llmgate.changes import Change
from llmgate.diagnose.classifying import by_hand, classify
from llmgate.diagnose.label import Confidence, Diagnosis, Label, Source
from llmgate.trial import Grade, Graded

__all__ = ["Confidence", "Diagnosis", "Label", "Source", "by_hand", "classify", "failed", "only_change"]


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
