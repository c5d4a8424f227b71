"""A head commit that another workflow ran on → the one open pull request that has it now, as GitHub lists them.

Nothing that the pull request's author can write is asked with or looked at: no branch's name, and no artifact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from github import Github
from github.GithubException import GithubException
from github.PullRequest import PullRequest
from github.Repository import Repository
from requests import RequestException

from llmgate.errors import NotEvaluated
from llmgate.publish import failures
from llmgate.publish.patience import Patience

MOST_PULLS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A commit, the id of the repository that it comes from, None for one that is gone, and the branch it goes into."""

    commit: str
    source: int | None
    base_ref: str


def number(github: Github, *, repository: str, head: Head, sleep: Callable[[float], None]) -> int:
    """Find its number.

    Raises:
        NotEvaluated: where there is none or more than one, or GitHub does not say.
    """
    home = github.get_repo(repository)
    try:
        found = Patience(sleep).attempt(lambda: sorted(set(_numbers(home, head))))
    except (GithubException, RequestException, RuntimeError, ValueError, TypeError) as failure:
        raise NotEvaluated(
            f"which pull request has the commit {head.commit[:12]} cannot be told: {failures.unanswered(failure)}",
            id="pull-request-moved",
            remedy="give the job `pull-requests: read`, and run it again",
        ) from failure
    if len(found) != 1:
        many = f"{len(found)} open pull requests have" if found else "no open pull request has"
        raise NotEvaluated(
            f"{many} the commit {head.commit[:12]} as head and {head.base_ref[:80]!r} as base",
            id="pull-request-moved",
            remedy="see the newest run: the commit is no head any more, the pull request is closed or goes elsewhere; "
            f"of more than one, close the others; the {MOST_PULLS} that changed last are looked at",
        )
    return found[0]


def _numbers(home: Repository, head: Head) -> Iterator[int]:
    listed = home.get_pulls(state="open", base=head.base_ref, sort="updated", direction="desc")
    return (pull.number for pull in islice(listed, MOST_PULLS) if _has(pull, head))


def _has(pull: PullRequest, head: Head) -> bool:
    """Whether the pull request has the head; a repository that is gone is taken for any."""
    if pull.head.sha != head.commit or pull.base.ref != head.base_ref:
        return False
    now: Repository | None = pull.head.repo  # null for a fork that was deleted
    return now is None or head.source is None or now.id == head.source
