"""The comments of one pull request, through PyGithub: which are ours, and the writes on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from github import Github
from github.GithubException import GithubException
from github.IssueComment import IssueComment
from github.NamedUser import NamedUser
from github.Organization import Organization

from llmgate.publish import failures
from llmgate.publish.marker import Marker
from llmgate.publish.patience import Patience

MOST_COMMENTS = 10_000
ACTIONS_BOT = "github-actions[bot]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A comment that we wrote."""

    marker: Marker
    comment: IssueComment

    @property
    def id(self) -> int:
        return self.comment.id


class Thread:
    """One pull request's conversation."""

    def __init__(self, github: Github, *, repository: str, number: int, patience: Patience) -> None:
        self._github = github
        self._repository = github.get_repo(repository)
        self._number = number
        self._issue = self._repository.get_issue(number)
        self._patience = patience

    def head(self) -> str:
        return self._patience.attempt(lambda: self._repository.get_pull(self._number).head.sha)

    def login(self) -> str:
        """Who the token writes as. The job's own token is forbidden to ask, which tells who it is."""
        try:
            return self._patience.attempt(lambda: self._github.get_user().login)
        except GithubException as failure:
            if failure.status == 403 and not failures.is_limit(failure):
                return ACTIONS_BOT
            raise

    def ours(self, login: str) -> list[Ours]:
        """All comments that carry our marker and are by `login`, the oldest first."""
        found = [
            Ours(marker=marker, comment=comment)
            for comment in self._patience.attempt(lambda: list(self._comments()))
            if (marker := Marker.of(comment.body)) and _is_by(comment, login)
        ]
        return sorted(found, key=lambda ours: ours.id)

    def create(self, body: str, *, marker: Marker, login: str) -> IssueComment:
        """Create a comment: exactly one, even where the answer to it is lost."""

        def stored() -> IssueComment | None:
            return next((ours.comment for ours in self.ours(login) if ours.marker == marker), None)

        return self._patience.attempt(lambda: self._issue.create_comment(body), stored=stored)

    def edit(self, comment: IssueComment, body: str) -> bool:
        """Replace the text of a comment; False if it is gone."""
        return self._unless_gone(lambda: comment.edit(body))

    def delete(self, comment: IssueComment) -> bool:
        """Delete a comment; False if it was gone already."""
        return self._unless_gone(comment.delete)

    def _unless_gone(self, write: Callable[[], None]) -> bool:
        try:
            self._patience.attempt(write)
        except GithubException as failure:
            if failure.status != 404:
                raise
            return False
        return True

    def _comments(self) -> Iterator[IssueComment]:
        seen: set[int] = set()
        for comment in self._issue.get_comments():
            if comment.id in seen or len(seen) >= MOST_COMMENTS:
                return  # the pages go round, or on for ever
            seen.add(comment.id)
            yield comment


def _is_by(comment: IssueComment, login: str) -> bool:
    """Compare logins; the brackets of a bot's login cannot be registered, and its type is checked besides."""
    user: NamedUser | Organization | None = comment.user  # null for a deleted account
    if user is None or user.login.lower() != login.lower():
        return False
    return not login.endswith("[bot]") or user.type == "Bot"
