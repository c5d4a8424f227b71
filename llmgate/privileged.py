"""A head that is asked about where the secrets are → whether the base and an approver let it be judged there."""

from __future__ import annotations

from llmgate.config import Config, Policy
from llmgate.errors import NotEvaluated
from llmgate.question import Question

ELSEWHERE = "push its branch to this repository, or gate it in the merge queue"


def admit(question: Question, policy: Policy) -> None:
    """Refuse to judge it unless the base's policy says how, and it was done. Nothing of the head is read before.

    Raises:
        NotEvaluated: where it may not be judged.
    """
    if not question.privileged:
        return
    if policy.privileged == "refuse":
        raise NotEvaluated(
            "this event has the secrets, whoever wrote the change, and the base does not say that it may be judged",
            id="review-missing",
            remedy=f"a maintainer who has read it can {ELSEWHERE}; with `policy.privileged: review` on the base, "
            "an approver's review lets a commit be judged here: docs/forks.md",
        )
    if objection := question.approvals.unreviewed(policy):
        raise NotEvaluated(
            f"commit {question.head_sha[:12]} is not judged where the secrets are: {objection}",
            id="review-missing",
            remedy="one of policy.approvers reads the change, approves it in a review, and runs this job again; "
            "each push needs a new review",
        )


def admit_searches(question: Question, head: Config) -> None:
    """Refuse a head that searches by a program: its files are the head's, though the base has the command.

    Raises:
        NotEvaluated: where it has one.
    """
    names = sorted(name for name, entry in head.retrieval.items() if entry.engine == "command")
    if names and question.privileged:
        raise NotEvaluated(
            f"the retrieval {names[0]!r} would run the change's code where the secrets are",
            id="code-not-run",
            remedy=f"have a maintainer who has read it {ELSEWHERE}; on this event only prompts are judged",
        )
