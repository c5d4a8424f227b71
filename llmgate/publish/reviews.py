"""The reviews of a pull request at GitHub → each person's approval, and whether it is a word on the head commit.

A review has the commit that was reviewed, which no later push changes and no fork can choose: unlike a label, it is
bound to a commit without anybody's word on when that was pushed.
https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from github.IssueEvent import IssueEvent
from github.NamedUser import NamedUser
from github.PullRequest import PullRequest
from github.PullRequestReview import PullRequestReview

from llmgate.approval import Review
from llmgate.publish import record

APPROVED = "APPROVED"
DECISIVE = frozenset({APPROVED, "CHANGES_REQUESTED", "DISMISSED"})
"""A comment takes nothing back."""


def of(pull: PullRequest, head_sha: str, events: Sequence[IssueEvent]) -> Iterator[Review]:
    """Yield the approvals that are their author's last word.

    Raises:
        record.Unknown: where the head is another by now, or the list has no end.
    """
    if pull.head.sha != head_sha:
        raise record.Unknown(f"the pull request has moved on to {pull.head.sha[:12]}")
    last: dict[str, PullRequestReview] = {}
    for review in record.whole(pull.get_reviews):
        user: NamedUser | None = review.user  # null for a deleted account
        if user is not None and user.type == record.PERSON and review.state in DECISIVE:
            last[user.login.lower()] = review
    for _, review in sorted(last.items()):
        if review.state == APPROVED:
            yield Review(by=review.user.login, void=_objection(review, head_sha, events))


def _objection(review: PullRequestReview, head_sha: str, events: Sequence[IssueEvent]) -> str:
    commit: str | None = review.commit_id
    if commit != head_sha:
        return f"it is of commit {(commit or 'none')[:12]}; look again, and approve anew"
    after = [fresh for fresh in record.anew(events) if fresh.since >= review.submitted_at]
    return f"it was given before {after[-1].because}; look again, and approve anew" if after else ""
