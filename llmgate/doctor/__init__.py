"""A revision and the settings of its branch → what is wrong with how the gate is required, and what was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llmgate import config
from llmgate.doctor import actions, branch, gates, ownership, permissions, pins, running, steps, triggers
from llmgate.doctor.catalogue import ADVICE
from llmgate.doctor.codeowners import PLACES
from llmgate.doctor.finding import Finding, Id, Severity, Unseen
from llmgate.doctor.gates import Gate
from llmgate.doctor.revision import Revision
from llmgate.doctor.settings import Settings

__all__ = ["ADVICE", "Examination", "Finding", "Id", "Revision", "Settings", "Severity", "Unseen", "examined"]

FOUND_EXIT, UNSEEN_EXIT = 1, 3

_ELSEWHERE = "it is a file of another repository"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All that was found, files first and in their order; all that could not be looked at; and how many gates."""

    findings: tuple[Finding, ...]
    unseen: tuple[Unseen, ...]
    gates: tuple[Gate, ...]

    @property
    def exit_code(self) -> int:
        """0 is for "all was looked at, and nothing is wrong" alone."""
        if self.findings:
            return FOUND_EXIT
        return UNSEEN_EXIT if self.unseen else 0


def examined(revision: Revision, settings: Settings | None, *, branch_name: str | None) -> Examination:
    """Examine a revision; with `settings`, the branch on GitHub too."""
    found = gates.among(revision.workflows, revision.own)
    told = [*revision.unseen, *_in_files(revision, found, settings, branch_name)]
    if len(found) >= gates.MOST_GATES:
        told.append(Unseen(what="all jobs with the gate", why=f"{len(found)} were looked at", remedy="have fewer"))
    if settings is not None:
        told += [*settings.unseen, *actions.examined(settings)]
        if not settings.is_blank:
            told += branch.examined(found, settings, owned=_is_owned(revision, found))
    findings = {each for each in told if isinstance(each, Finding)}
    unseen = {each for each in told if isinstance(each, Unseen)}
    return Examination(
        findings=tuple(sorted(findings, key=lambda each: each.order)), unseen=tuple(sorted(unseen)), gates=found
    )


def _in_files(
    revision: Revision, found: tuple[Gate, ...], settings: Settings | None, branch_name: str | None
) -> Iterator[Finding | Unseen]:
    if not revision.configured:
        yield Finding(id=Id.CONFIG_MISSING, what=f"there is no {config.PATH} at the root", where=config.PATH)
    called = gates.elsewhere(revision.workflows)
    for uses in called:
        yield Unseen(what=f"the called workflow {uses!r}", why=_ELSEWHERE, remedy="run llmgate doctor there")
    if not found and not called and not (settings and branch.demanding(settings)):
        what = f"none of {len(revision.workflows)} workflows uses the action or runs `llmgate gate`"
        yield Finding(id=Id.NO_WORKFLOW, what=what, where=".github/workflows")
    for gate in found:
        yield from triggers.of_gate(gate, found, branch=branch_name, queue=_may_queue(settings))
        yield from permissions.of_gate(gate)
        yield from pins.of_gate(gate)
        yield from running.of_gate(gate)
        yield from steps.of_gate(gate)
    yield from running.shared(found, revision.workflows)
    for workflow in revision.workflows:
        yield from triggers.of_any(workflow)
    yield from ownership.examined(revision.place, revision.owners, _kinds(revision, found))


def _may_queue(settings: Settings | None) -> bool:
    """Whether there may be a merge queue: branch protection does not tell of its own."""
    guarded = settings is None or settings.seen is None or settings.seen.is_guarded
    return guarded or settings is None or settings.rules is None or settings.queue is not None


def _kinds(revision: Revision, found: tuple[Gate, ...]) -> dict[str, tuple[str, ...]]:
    """Name the files that somebody has to answer for: the workflows and CODEOWNERS itself too."""
    place = revision.place or PLACES[0]
    return {**revision.kinds, "the workflow": _files(found), "the list of owners": (place,)}


def _files(found: tuple[Gate, ...]) -> tuple[str, ...]:
    return tuple(sorted({file for gate in found for file in (gate.entry.file, gate.job.file)}))


def _is_owned(revision: Revision, found: tuple[Gate, ...]) -> bool:
    place = revision.place
    return place is not None and ownership.covers(revision.owners, (*_files(found), place))
