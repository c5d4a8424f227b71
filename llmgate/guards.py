"""Files by which a repository guards its gate, of both revisions → Findings that name what a change does to them.

On `pull_request` GitHub takes the workflow from the merge commit, so that nothing here can keep a change from it: what
is edited is in force already, and only people and GitHub's own rules stand before the merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

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

Read = Callable[[str], bytes | None]
"""A file of a revision; None where it has none."""


def edits(read: Mapping[Arm, Read], differing: AbstractSet[str]) -> Iterator[Finding]:
    """Name workflows, actions and owners that the change edits, those that run llmgate first, with what differs."""
    found = [_Edited.of(path, read) for path in sorted(filter(STARTS, differing))]
    ours = [each for each in found if each.is_ours]
    yield from (_finding(f"the change edits {each}", each.path) for each in ours[:MOST_NAMED])
    others = [*ours[MOST_NAMED:], *(each for each in found if not each.is_ours)]
    if others:
        names = ", ".join(documents.quoted(each.path) for each in others[:MOST_NAMED])
        yield _finding(f"the change edits what the repository's jobs do: {names}{_rest(others)}", others[0].path)
    for path in sorted(filter(OWNS, differing)):
        yield _finding(f"the change edits who owns which files: {_Edited.of(path, read)}", path)


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
    """A file of both revisions, by its lines. One that cannot be read may do anything."""

    path: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    is_ours: bool

    @classmethod
    def of(cls, path: str, read: Mapping[Arm, Read]) -> _Edited:
        try:
            before, after = (read[arm](path) or b"" for arm in Arm)
        except LlmgateError:
            return cls(path=path, before=(), after=(), is_ours=True)
        is_ours = NAME in before.lower() or NAME in after.lower()
        return cls(path=path, before=_lines(before), after=_lines(after), is_ours=is_ours)

    def __str__(self) -> str:
        """Name it with the first lines that are new, then those that are gone."""
        had, has = set(self.before), set(self.after)
        new = [f"+ {line}" for line in self.after if line not in had]
        gone = [f"- {line}" for line in self.before if line not in has]
        shown = [documents.printable(line, MAX_SHOWN_CHARS) for line in (*new[:MOST_NAMED], *gone[:MOST_NAMED])]
        return f"{documents.quoted(self.path)} ({'; '.join(shown) or 'in nothing that lines show'})"


def _lines(data: bytes) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in data.decode(errors="replace").splitlines())))
