"""What kept a change from being judged → the reason in the report, in the words of who asked."""

from __future__ import annotations

from llmgate.errors import KeyMissing, NotEvaluated
from llmgate.question import Question
from llmgate.verdict import Reason, Verdict

FORK_REMEDY = (
    "a maintainer who has read the change can push its branch to this repository and open a pull request from there, "
    "or gate it in the merge queue: keys are there in both"
)


def reason(error: NotEvaluated, question: Question) -> Reason:
    """Say it; where a key is missing for a fork, that it is for that."""
    if question.stranger and not question.privileged and isinstance(error, KeyMissing):
        message = f"the pull request comes from a fork, to which GitHub gives no secrets: {error.message}"
        return Reason(verdict=Verdict.NOT_EVALUATED, message=message, remedy=FORK_REMEDY, id=error.id)
    return Reason(verdict=Verdict.NOT_EVALUATED, message=error.message, remedy=error.remedy, id=error.id)
