"""Ids that were needed × documents that were retrieved → the share that is among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llmgate.assertions import judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.trial import Retrieved


def wanted(value: Sequence[str] | None, subject: Subject) -> list[str]:
    """List the ids to look for, each once: those of the assertion, else the fixture's gold ids.

    Raises:
        CannotJudge: if there are none.
    """
    ids = list(dict.fromkeys(subject.gold if value is None else value))
    if not ids:
        raise CannotJudge(
            "there are no ids to look for",
            id="nothing-to-judge-by",
            remedy="give value, or gold ids in the fixture's context",
        )
    return ids


def judge(ids: Sequence[str], documents: Iterable[Retrieved], threshold: float) -> Judgement:
    retrieved = {document.id for document in documents}
    missing = [name for name in ids if name not in retrieved]
    score = 1 - len(missing) / len(ids)
    reason = f"not retrieved: {judgement.listed(missing)}" if missing else "all documents were retrieved"
    return Judgement(passed=score >= threshold, score=score, reason=reason)
