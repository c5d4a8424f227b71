"""The event of a run → which of its outcomes later runs may screen with, and whose these are."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.trial import Arm

LOCAL = "local"
PULL_REQUEST = "pull_request"
TRUSTED = frozenset({LOCAL, "merge_group", "push", "schedule", "workflow_dispatch"})
"""Their workflow and code are those of who may merge, or of who runs llmgate by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Who draws: an event, the pull request that it is about, and whether that comes from a fork."""

    event: str = LOCAL
    subject: str = ""
    stranger: bool = False

    def keeps(self, arm: Arm) -> bool:
        """Tell whether outcomes are kept for later runs. An event that is not known is trusted with nothing."""
        if self.event == PULL_REQUEST:
            return arm is Arm.BASE and bool(self.subject) and not self.stranger
        return self.event in TRUSTED and not self.stranger
