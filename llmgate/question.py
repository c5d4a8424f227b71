"""What is to be judged: two commits, and who asks."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate import approval
from llmgate.approval import Approvals
from llmgate.config import Policy
from llmgate.trial import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be judged. `head` is the commit whose tree is taken, `head_sha` the one that people know it by.

    `subject` names the pull request, whose earlier verdicts are remembered; without one there is no such history.
    `approvals` are the labels that people put on it: of its events those alone do not tell who, and on which commit.
    `stranger` is set where the head comes from another repository, and `privileged` where the event has the
    repository's secrets whoever wrote the head. `only` names fixtures to look at alone. Such a run
    can show that something got worse, and the policy's rules hold as ever; it cannot show that nothing did, so where
    nothing blocks it is inconclusive at best. `every` plans all fixtures, also those of which nothing changed.
    `drafting` lets the head's fixtures hold as an approver would: for an author who watches, and gets no verdict.
    """

    base: str
    head: str
    head_sha: str
    base_ref: str = ""
    head_ref: str = ""
    approvals: Approvals = approval.NONE
    only: tuple[str, ...] = ()
    every: bool = False
    drafting: bool = False
    subject: str = ""
    stranger: bool = False
    privileged: bool = False

    @property
    def alone(self) -> bool:
        """Whether fixtures run whatever changed."""
        return self.every or bool(self.only)

    def approves(self, policy: Policy) -> bool:
        """Tell whether an approver's label lets the head's suite decide, or nothing is decided."""
        return self.drafting or self.approvals.hold(policy)

    def commit(self, arm: Arm) -> str:
        return self.base if arm is Arm.BASE else self.head
