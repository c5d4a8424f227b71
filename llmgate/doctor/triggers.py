"""The workflow of a gate → what of its events lets a pull request pass unjudged, or keeps it waiting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llmgate import patterns
from llmgate.doctor.finding import Finding, Id
from llmgate.doctor.gates import PRIVILEGED, Gate, lines
from llmgate.doctor.workflow import Part, Step, Workflow

WANTED_TYPES = ("opened", "synchronize", "reopened", "edited")
DEFAULT_TYPES = ("opened", "synchronize", "reopened")  # events-that-trigger-workflows in GitHub's documentation
MOST_BRANCH_PATTERNS = 200

_HEAD = re.compile(
    r"github\.head_ref|github\.event\.(?:pull_request\.(?:head\.|merge_commit_sha)|workflow_run\.head_)"
    r"|refs/pull/|github\.event\.(?:pull_request\.)?number"
)
_FETCHES = re.compile(r"gh[ \t]+pr[ \t]+checkout|git[ \t]+(?:fetch|pull|clone|checkout)\b")


def of_gate(gate: Gate, every: Iterable[Gate], *, branch: str | None, queue: bool) -> Iterator[Finding]:
    """Find what is wrong with the events of one gate; gates with the name of one check complete one another."""
    mine, triggers = gate.entry, gate.entry.triggers
    alike = {name for other in every if other.check == gate.check for name in other.entry.triggers}
    on = mine.part["on"].line
    if "pull_request" not in alike:
        yield _found(Id.TRIGGER_PULL_REQUEST, f"{_job(gate)} does not run on `pull_request`", mine, on)
    if "merge_group" not in alike and queue:
        yield _found(Id.TRIGGER_MERGE_GROUP, f"{_job(gate)} does not run on `merge_group`", mine, on)
    for name in PRIVILEGED:
        if name in triggers:
            yield _found(Id.TRIGGER_PRIVILEGED, f"{_job(gate)} runs on `{name}`", mine, _line(triggers[name], on))
    if "pull_request" in triggers:
        yield from _types(mine, triggers["pull_request"])
        yield from _filters(mine, triggers["pull_request"], branch)


def of_any(workflow: Workflow) -> Iterator[Finding]:
    """Find steps that check the pull request's code out in a workflow that has secrets and a token that writes."""
    events = [name for name in PRIVILEGED if name in workflow.triggers]
    if not events:
        return
    for job in workflow.jobs:
        for step in job.steps:
            if _takes_head(step):
                what = f"job {job.name!r} checks out the pull request's code on `{events[0]}`"
                yield _found(Id.HEAD_CHECKOUT, what, workflow, step.part.line)


def _takes_head(step: Step) -> bool:
    if step.is_of("actions/checkout"):
        wanted = step.part["with"]
        return any(_HEAD.search(wanted[key].text) for key in ("ref", "repository"))
    named = any(_HEAD.search(text.text) for text in step.part["env"].texts())
    return any(
        "gh pr checkout" in " ".join(line.split()) or (_FETCHES.search(line) and (named or _HEAD.search(line)))
        for line in lines(step.run)
    )


def _types(workflow: Workflow, trigger: Part) -> Iterator[Finding]:
    types = trigger["types"].words if "types" in trigger else DEFAULT_TYPES
    if missing := [name for name in WANTED_TYPES if name not in types]:
        how = "leaves out" if "types" in trigger else "without `types` leaves out"
        names = ", ".join(f"`{name}`" for name in missing)
        yield _found(Id.TRIGGER_TYPES, f"`pull_request` {how} {names}", workflow, trigger["types"].line)


def _filters(workflow: Workflow, trigger: Part, branch: str | None) -> Iterator[Finding]:
    for key in ("paths", "paths-ignore"):
        if key in trigger:
            yield _found(Id.TRIGGER_FILTER, f"`pull_request` has a filter `{key}`", workflow, trigger[key].line)
    if branch is None:
        return
    for key, wanted in (("branches", True), ("branches-ignore", False)):
        if key in trigger and _matches(trigger[key].words, branch) is not wanted:
            what = f"the filter `{key}` of `pull_request` leaves out {branch!r}"
            yield _found(Id.TRIGGER_BRANCHES, what, workflow, trigger[key].line)


def _matches(written: tuple[str, ...], branch: str) -> bool:
    """Whether a filter of branches takes one: the last pattern that matches decides, and `!` takes it out again."""
    taken = False
    for pattern in written[:MOST_BRANCH_PATTERNS]:
        if patterns.matcher([pattern.removeprefix("!")])(branch):
            taken = not pattern.startswith("!")
    return taken


def _found(name: Id, what: str, workflow: Workflow, line: int) -> Finding:
    return Finding(id=name, what=what, where=workflow.file, line=line)


def _line(trigger: Part, otherwise: int) -> int:
    return trigger.line or otherwise


def _job(gate: Gate) -> str:
    return f"job {gate.check!r}"
