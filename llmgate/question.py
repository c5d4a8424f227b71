"""What is to be judged: two commits, and who asks."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.trial import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be judged. `head` is the commit whose tree is taken, `head_sha` the one that people know it by."""

    base: str
    head: str
    head_sha: str
    base_ref: str = ""
    head_ref: str = ""
    labels: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    subject: str = "local"

    def commit(self, arm: Arm) -> str:
        return self.base if arm is Arm.BASE else self.head
