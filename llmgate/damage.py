"""What a store was found to have lost → Findings: what was drawn anew for it, and where the old file is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmgate.verdict import Finding, Severity

RULE = "store"
_REMEDY = (
    "look for the cause: a disk that is full or fails, a cache that was restored in part or written by somebody else; "
    "where LLMGATE_STORE_KEY is new, there is nothing to do"
)


def findings(lost: Iterable[str]) -> Iterator[Finding]:
    """Tell of each kind of damage once. It warns: what was damaged decided nothing."""
    for what in lost:
        yield Finding(rule=RULE, severity=Severity.WARN, message=what, remedy=_REMEDY)
