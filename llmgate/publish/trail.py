"""The second line of our comment: how the pull request's pushes ended, carried on from push to push."""

import re
from dataclasses import dataclass

from llmgate.report import Report, pushes
from llmgate.report.pushes import PushEntry

MOST_PUSHES = 11
MAX_CHARS = 4_000
MAX_TOTAL = 1_000_000
_BETWEEN = " | "
_LINE = re.compile(
    r"<!-- llmgate:pushes v1 (\d{1,7})((?: \| [0-9a-f]{7,64} [a-z_]{1,20} [A-Za-z0-9:,._/ -]{1,200})*) -->"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The last pushes, oldest first, and how many there were in all."""

    pushes: tuple[PushEntry, ...] = ()
    total: int = 0

    @classmethod
    def of(cls, body: str | None) -> "Trail":
        """Read the trail of a comment that is ours; anything that we would not have written is no trail at all."""
        _, *rest = (body or "")[: 2 * MAX_CHARS].splitlines()[:2] or [""]
        match = _LINE.fullmatch(rest[0]) if rest and len(rest[0]) <= MAX_CHARS else None
        if match is None:
            return cls()
        found = [_read(text) for text in match[2].split(_BETWEEN)[1:]]
        known = tuple(push for push in found if push)
        if len(known) < len(found) or len(found) > MOST_PUSHES or not len(found) <= int(match[1]) <= MAX_TOTAL:
            return cls()
        return cls(pushes=known, total=int(match[1]))

    def __str__(self) -> str:
        told = [f"{push.head} {push.verdict} {_words(push)}" for push in self.pushes]
        return f"<!-- llmgate:pushes v1 {_BETWEEN.join([str(self.total), *told])} -->"

    def told(self, report: Report, *, head: str) -> Report:
        """Give the report what the comment knows of earlier pushes and the store does not."""
        known = {head, *(push.head for push in report.earlier)}
        earlier = (*(push for push in self.pushes if push.head not in known), *report.earlier)
        seen = any(push.head == head for push in self.pushes)
        total = max(report.pushes, len(earlier) + 1, min(self.total + (not seen), MAX_TOTAL))
        return report.model_copy(update={"earlier": earlier[-MOST_PUSHES + 1 :], "pushes": total})


def after(report: Report, *, head: str) -> Trail:
    """Make the trail that goes with a report, whose own push is the last of it."""
    names = tuple(fixture.id for fixture in report.broken)
    own = PushEntry(head=head, verdict=report.verdict, broken=len(names), fixtures=names)
    known = (pushes.read(push.head, push.verdict, _words(push)) for push in (*report.earlier, own))
    return Trail(pushes=tuple(push for push in known if push)[-MOST_PUSHES:], total=report.pushes)


def _read(text: str) -> PushEntry | None:
    head, verdict, words = text.split(" ", 2)
    return pushes.read(head, verdict, words)


def _words(push: PushEntry) -> str:
    return pushes.summary(push.broken, push.fixtures, push.verdict)
