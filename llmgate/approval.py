"""The labels and the reviews of a pull request, and since when → what they let the head do.

An approver's label lets the head's suite decide. An approver's review lets a head be judged where the secrets are.
"""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.config import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label, and the login of the person who put it on. `void` says why it is no word on the head commit."""

    name: str
    by: str = ""
    void: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The last word of a person: an approval. `void` says why it is none of the head commit."""

    by: str
    void: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """What GitHub's record tells of labels and reviews; `unknown` says why there is no record of them.

    Without them nothing approves. Reviews are asked for only where they decide.
    """

    labels: tuple[Label, ...] = ()
    reviews: tuple[Review, ...] = ()
    unknown: str = ""

    def hold(self, policy: Policy) -> bool:
        """Tell whether the policy's label is on, put there by one of its approvers since the head was pushed."""
        label = self._found(policy)
        return label is not None and not _objection(label, policy)

    def objection(self, policy: Policy) -> str:
        """Say why the label does not approve though it is on, or may be; empty where it is not on, or approves."""
        if self.unknown:
            return f"who approves cannot be told, so nobody does: {self.unknown}"
        label = self._found(policy)
        said = _objection(label, policy) if label else ""
        return f"the label {policy.approval_label!r} does not count: {said}" if said else ""

    def unreviewed(self, policy: Policy) -> str:
        """Say why no approver's review lets the head be judged; empty where one does."""
        if self.unknown:
            return f"who approves cannot be told, so nobody does: {self.unknown}"
        approvers = {login.lower() for login in policy.approvers}
        found = [review for review in self.reviews if review.by.lower() in approvers]
        if any(not review.void for review in found):
            return ""
        return "; ".join(f"the approval of {review.by!r} does not count: {review.void}" for review in found) or (
            "none of policy.approvers of the base has approved its head commit"
        )

    def _found(self, policy: Policy) -> Label | None:
        return next((label for label in self.labels if label.name == policy.approval_label), None)


NONE = Approvals()
"""Nobody approves, as in a local run."""


def _objection(label: Label, policy: Policy) -> str:
    if label.void:
        return label.void
    if policy.approvers and label.by.lower() not in {login.lower() for login in policy.approvers}:
        return f"{label.by!r} put it on, who is not one of policy.approvers of the base"
    return ""
