"""The first line of our comment: which run wrote it, and for which commit."""

import re
from dataclasses import dataclass

from llmgate.errors import PublishError

_MARKER = re.compile(r"<!-- llmgate:comment v1 run=(\d{1,20}) attempt=(\d{1,6}) head=([0-9a-f]{7,64}) -->(?=\r?\n|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """`run` and `attempt` are GITHUB_RUN_ID and GITHUB_RUN_ATTEMPT, `head` the full id of the judged head commit."""

    run: int
    attempt: int
    head: str

    @classmethod
    def of(cls, body: str | None) -> "Marker | None":
        """Read the marker, which counts only at the very start: text that a comment quotes is not its marker."""
        match = _MARKER.match(body or "")
        return match and cls(run=int(match[1]), attempt=int(match[2]), head=match[3])

    def check(self) -> None:
        """Raise PublishError for a run or a commit that cannot be a job's."""
        if not _MARKER.fullmatch(str(self)):
            raise PublishError(
                f"no comment: {str(self)[:200]!r} is not what GitHub gives to a job",
                id="not-published",
            )

    def __str__(self) -> str:
        return f"<!-- llmgate:comment v1 run={self.run} attempt={self.attempt} head={self.head} -->"

    def yields_to(self, other: "Marker", *, head_now: str) -> bool:
        """Whether `other` says something newer: the pull request has moved on, or our run was started again."""
        if self.head != other.head:
            return self.head != head_now
        return self.run == other.run and self.attempt < other.attempt
