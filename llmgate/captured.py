"""Captured fixtures → faults where they do not say what they guard against, warnings where nothing proves that they do.

A fixture is *captured* when production or staging is where it was seen. A draft is asked for nothing until it is ended,
and only what runs for a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from llmgate import documents
from llmgate.errors import Fault
from llmgate.fixture import Fixture
from llmgate.suite import Stored
from llmgate.verdict import Finding, Severity

UNPROVEN = "unproven"
MOST_NAMED = 3
"""So many fixtures have a warning each; more of a kind are counted in one."""


def faults(stored: Iterable[Stored]) -> Iterator[Fault]:
    """Captured fixtures, drafts aside, without a category or a hypothesis."""
    for each in _captured(stored):
        if lacking := "" if each.fixture.draft else _lacking(each.fixture):
            yield documents.fault(
                each.file,
                each.line,
                f"fixture {each.fixture.id!r} was captured in {each.fixture.origin.kind} and has no {lacking}",
                f"add {_ADDED[lacking]}; until then keep it out with `draft: true`",
                id="captured-incomplete",
            )


_CATEGORY, _HYPOTHESIS = (
    "`category: …` (the kind of failure)",
    "`hypothesis: {statement: …}` (what goes wrong, and when)",
)
_ADDED = {
    "category": _CATEGORY,
    "hypothesis": _HYPOTHESIS,
    "category and no hypothesis": f"{_CATEGORY} and {_HYPOTHESIS}",
}


def _lacking(fixture: Fixture) -> str:
    told = {
        "category": (fixture.category or "").strip(),
        "hypothesis": (fixture.hypothesis.statement if fixture.hypothesis else "").strip(),
    }
    return " and no ".join(name for name, text in told.items() if not text)


class Doubt(StrEnum):
    """Why nothing shows that a captured fixture guards against its failure."""

    NEVER = "never"
    EDITED = "edited"
    WEAK = "weak"


def unproven(stored: Iterable[Stored]) -> Iterator[Finding]:
    """Captured fixtures of which nothing shows that they fail where they should, and pass where they should."""
    alike: dict[Doubt, list[Stored]] = {}
    for each in _captured(stored):
        if doubt := _doubt(each.fixture) if each.fixture.is_active else None:
            alike.setdefault(doubt, []).append(each)
    for doubt, found in alike.items():
        one, many = _SAID[doubt]
        if len(found) <= MOST_NAMED:
            yield from (_finding(f"captured fixture {each.fixture.id!r} {one}", each, doubt) for each in found)
        else:
            message = f"{len(found):,} captured fixtures {many}, first {found[0].fixture.id!r}"
            yield _finding(message, found[0], doubt)


_SAID = {
    Doubt.NEVER: ("was never proven", "were never proven"),
    Doubt.EDITED: ("was changed since it was proven", "were changed since they were proven"),
    Doubt.WEAK: (
        "does not separate the revisions that it was run on",
        "do not separate the revisions they were run on",
    ),
}


def _doubt(fixture: Fixture) -> Doubt | None:
    if fixture.proven is None:
        return Doubt.NEVER
    if fixture.proven.fixture != fixture.digest:
        return Doubt.EDITED
    return None if fixture.proven.separates else Doubt.WEAK


def _finding(message: str, at: Stored, doubt: Doubt) -> Finding:
    prove = f"`llmgate prove {at.fixture.id} --fails-at REV --passes-at REV`"
    remedy = (
        f"it may guard against nothing: tighten its assertions, and run {prove} again"
        if doubt is Doubt.WEAK
        else f"{prove} shows whether it fails on the failure and passes on the fix"
    )
    return Finding(rule=UNPROVEN, severity=Severity.WARN, message=message, remedy=remedy, file=at.file, line=at.line)


def _captured(stored: Iterable[Stored]) -> list[Stored]:
    return sorted((each for each in stored if each.fixture.origin.is_captured), key=lambda each: (each.file, each.line))
