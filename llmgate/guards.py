"""Files by which a repository guards its gate, of both revisions → Findings that name what a change does to them.

On `pull_request` GitHub takes the workflow from the merge commit, so that nothing here can keep a change from it: what
is edited is in force already, and only people and GitHub's own rules stand before the merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from llmgate import documents, patterns
from llmgate.errors import LlmgateError
from llmgate.trial import Arm
from llmgate.verdict import Finding, Severity

RULE = "workflow"
STARTS = patterns.matcher([".github/workflows/**", ".github/actions/**"])
OWNS = patterns.matcher(["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"])
NAME = b"llmgate"
MOST_NAMED = 3
MAX_SHOWN_CHARS = 80
MAX_BYTES = 32 * 1024 * 1024
LEAST_BYTES = 1024  # what a file counts for at least
UNSHOWN = "in nothing that lines show"

Read = Callable[[str], bytes | None]
"""A file of a revision; None where it has none."""


def edits(read: Mapping[Arm, Read], differing: AbstractSet[str]) -> Iterator[Finding]:
    """Name workflows, actions and owners that the change edits, those that run llmgate first, with what differs.

    Files that the base has come before new ones, of which a change can have any number to hide an edit behind.
    """
    looked = _Looked(read)
    owners = [looked.at(path) for path in sorted(filter(OWNS, differing))]
    found = [looked.at(path) for path in sorted(filter(STARTS, differing), key=lambda path: (looked.rank(path), path))]
    ours = [each for each in found if each.is_ours]
    yield from (_finding(f"the change edits {each}", each.path) for each in ours[:MOST_NAMED])
    if others := [each for each in found if each not in ours[:MOST_NAMED]]:
        names = ", ".join(documents.quoted(each.path) for each in others[:MOST_NAMED])
        yield _finding(f"the change edits what the repository's jobs do: {names}{_rest(others)}", others[0].path)
    yield from (_finding(f"the change edits who owns which files: {each}", each.path) for each in owners)


def _finding(message: str, path: str) -> Finding:
    return Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=message,
        remedy="see that the owners of it approve the change: it can replace the gate, and no gate can tell. Own it by "
        "CODEOWNERS with required reviews, or require the workflow from another repository by a ruleset",
        file=path,
    )


def _rest(found: list[_Edited]) -> str:
    return f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edited:
    """A file that differs, with what is shown of it. One that was not read may do anything."""

    path: str
    shown: str = UNSHOWN
    is_ours: bool = True

    def __str__(self) -> str:
        return f"{documents.quoted(self.path)} ({self.shown})"


@dataclass(slots=True)
class _Looked:
    """Reads files of both revisions, as far as there is room: any number of them can be the pull request's."""

    read: Mapping[Arm, Read]
    left: int = MAX_BYTES

    def rank(self, path: str) -> int:
        """Tell those that ran llmgate on the base, 0, from others that it has, 1, and from new ones, 2."""
        try:
            before = self.read[Arm.BASE](path)
        except LlmgateError:
            return 0
        return 2 if before is None else int(NAME not in before.lower())

    def at(self, path: str) -> _Edited:
        if self.left < 0:
            return _Edited(path=path, shown="not read: too much is edited")
        try:
            before, after = (self.read[arm](path) or b"" for arm in Arm)
        except LlmgateError:
            return _Edited(path=path)
        self.left -= len(before) + len(after) + LEAST_BYTES
        is_ours = NAME in before.lower() or NAME in after.lower()
        return _Edited(path=path, shown=_differing(before, after), is_ours=is_ours)


def _differing(before: bytes, after: bytes) -> str:
    """Show the first lines that are new, then those that are gone."""
    had, has = _lines(before), _lines(after)
    known, kept = set(had), set(has)
    new = islice((f"+ {line}" for line in has if line not in known), MOST_NAMED)
    gone = islice((f"- {line}" for line in had if line not in kept), MOST_NAMED)
    return "; ".join(documents.printable(line, MAX_SHOWN_CHARS) for line in (*new, *gone)) or UNSHOWN


def _lines(data: bytes) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in data.decode(errors="replace").splitlines())))
