"""The comments that are ours + the new text → create, edit, leave or fold, so that one comment is left."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from github.GithubException import GithubException

from llmgate.publish.marker import Marker
from llmgate.publish.thread import Ours, Thread
from llmgate.publish.trail import Trail
from llmgate.renderers import fitting, markdown

GITHUB_LIMIT = 65_536
LIMITS = (markdown.COMMENT_LIMIT, 30_000, markdown.LEAST_LIMIT)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The comment's address, if there is one, and what could not be done, in words for the log."""

    comment: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One run's wish to be heard; `creates` is whether to begin a comment.

    `body` renders the comment within a size, with what an earlier comment of ours knows of the pushes before.
    """

    thread: Thread
    marker: Marker
    body: Callable[[int, Trail], str]
    creates: bool

    def publish(self, *, author: str | None) -> Published:
        login = author or self.thread.login()
        head_now = self.thread.head()
        found = self.thread.ours(login)
        if found:
            return self._settle(found, login=login, head_now=head_now)
        return self._create(login=login, head_now=head_now) if self.creates else Published()

    def _create(self, *, login: str, head_now: str) -> Published:
        made = self._fitting(lambda body: self.thread.create(body, marker=self.marker, login=login), Trail())
        found = self.thread.ours(login)
        others = [ours for ours in found if ours.id != made.id]
        if not others:
            return Published(comment=made.html_url)
        mine = Ours(marker=self.marker, comment=made)
        return self._settle(sorted([mine, *others], key=lambda ours: ours.id), login=login, head_now=head_now)

    def _settle(self, found: list[Ours], *, login: str, head_now: str) -> Published:
        """Leave one comment, the oldest, with the newest run's text in it. Two runs at once come to the same end."""
        oldest, *newer = found
        if any(self.marker.yields_to(ours.marker, head_now=head_now) for ours in found):
            self._delete([ours for ours in newer if ours.marker == self.marker])
            note = "no comment: a newer run has commented on this pull request; the report is in the summary of the job"
            return Published(comment=oldest.comment.html_url, notes=(note,))
        trail = max((Trail.of(ours.comment.body) for ours in found), key=lambda known: known.total)
        if not self._is_said(oldest, trail) and not self._fitting(
            lambda body: self.thread.edit(oldest.comment, body), trail
        ):
            return self._again(newer, login=login, head_now=head_now)
        self._delete(newer)
        return Published(comment=oldest.comment.html_url)

    def _again(self, newer: list[Ours], *, login: str, head_now: str) -> Published:
        """Somebody deleted the comment between reading and writing."""
        if newer:
            return self._settle(newer, login=login, head_now=head_now)
        return self._create(login=login, head_now=head_now) if self.creates else Published()

    def _delete(self, comments: list[Ours]) -> None:
        for ours in comments:
            self.thread.delete(ours.comment)

    def _is_said(self, ours: Ours, trail: Trail) -> bool:
        """Whether the comment says the same of the same commit already: then nothing is written."""
        said, new = (_content(text) for text in (ours.comment.body, self.body(markdown.COMMENT_LIMIT, trail)))
        return ours.marker.head == self.marker.head and said == new

    def _fitting(self, write: Callable[[str], _T], trail: Trail) -> _T:
        """Write the whole text, or a shorter one where redaction has lengthened it or GitHub finds it too long."""
        bodies = (body for limit in LIMITS if fitting.utf16(body := self.body(limit, trail)) <= GITHUB_LIMIT)
        try:
            return write(next(bodies, ""))
        except GithubException as failure:
            if failure.status != 422 or not (shorter := next(bodies, "")):
                raise
        return write(shorter)


def _content(body: str) -> str:
    """What is read of a comment: not its marker, nor the line ends that GitHub may have changed."""
    return "\n".join(body.splitlines()[1:]).strip()
