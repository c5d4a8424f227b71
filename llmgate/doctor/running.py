"""A gate → what lets its job or its step end well without a verdict, or end before there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llmgate.doctor.finding import Finding, Id
from llmgate.doctor.gates import COMMAND, Gate, lines, said
from llmgate.doctor.workflow import Job, Part, Workflow

ALWAYS = frozenset({"", "always()", "!cancelled()", "success()", "true", "success()||failure()"})
"""Conditions under which nothing that matters is skipped."""

RUNS_AFTER_FAILURE = frozenset({"always()", "!cancelled()"})

_OWN_GROUP = re.compile(r"github\.(?:ref|ref_name|sha|run_id)\b|merge_group\.head_")
_OWN_PULL = re.compile(r"\.number\b|workflow_run\.head_sha\b|github\.(?:ref|ref_name|head_ref|sha|run_id)\b")


def of_gate(gate: Gate) -> Iterator[Finding]:
    for job in gate.chain:
        yield from _of_job(job, has_status=bool(gate.status))
    yield from _of_step(gate)
    yield from _name(gate)
    yield from _concurrency(gate)
    if "timeout-minutes" not in gate.job.part:
        yield _found(Id.TIMEOUT_MISSING, f"job {gate.job.name!r} has no `timeout-minutes`", gate.job, gate.job.part)


def _of_job(job: Job, *, has_status: bool) -> Iterator[Finding]:
    part = job.part
    condition = said(part["if"])
    if condition not in ALWAYS and not has_status:
        yield _found(Id.JOB_CONDITION, f"job {job.name!r} has `if: {condition}`", job, part["if"])
    if "needs" in part and condition not in RUNS_AFTER_FAILURE:
        yield _found(Id.JOB_NEEDS, f"job {job.name!r} needs {', '.join(part['needs'].words)}", job, part["needs"])
    yield from _tolerant(part, f"job {job.name!r}", job)


def _of_step(gate: Gate) -> Iterator[Finding]:
    part = gate.step.part
    if (condition := said(part["if"])) not in ALWAYS:
        yield _found(Id.STEP_CONDITION, f"the gate's step has `if: {condition}`", gate.job, part["if"])
    yield from _tolerant(part, "the gate's step", gate.job)
    if masked := _masked(gate):
        yield _found(Id.RUN_MASKED, f"the command of the gate {masked}", gate.job, part["run"])


def _tolerant(part: Part, whose: str, job: Job) -> Iterator[Finding]:
    setting = part["continue-on-error"]
    if setting.text not in {"", "false"}:
        yield _found(Id.CONTINUE_ON_ERROR, f"{whose} has `continue-on-error: {setting.text}`", job, setting)


def _masked(gate: Gate) -> str:
    """Say how a script loses the exit code of the gate; empty where it does not."""
    careless = "set +e" in gate.step.run
    for line in lines(gate.step.run):
        if (found := COMMAND.search(line)) is None:
            continue
        rest = line[found.end() :]
        if "||" in rest:
            return "goes on after `||`"
        if "|" in rest and "pipefail" not in gate.step.run and _shell(gate) != "bash":
            return "is the beginning of a pipe, whose end gives the exit code"
        if line.lstrip().startswith(("if ", "! ")) or careless:
            return "stands where its exit code does not end the step"
    return ""


def _shell(gate: Gate) -> str:
    places = (gate.step.part, *(part["defaults"]["run"] for part in (gate.job.part, gate.job.workflow)))
    return next((part["shell"].text for part in places if "shell" in part), "")


def _name(gate: Gate) -> Iterator[Finding]:
    for job in gate.chain:
        part = job.part
        if "${{" in job.name:
            yield _found(Id.JOB_NAME_VARIES, f"the job's name is {job.name!r}", job, part["name"])
        elif "matrix" in part["strategy"]:
            what = f"job {job.name!r} has a matrix, and a check for each of its entries"
            yield _found(Id.JOB_NAME_VARIES, what, job, part["strategy"]["matrix"])


def shared(gates: Iterable[Gate], workflows: Iterable[Workflow]) -> Iterator[Finding]:
    """Find the jobs that are no gate and have the name of one."""
    known = tuple(gates)
    names = {gate.check for gate in known}
    own = {(job.file, job.id) for gate in known for job in gate.chain}
    for workflow in workflows:
        for job in workflow.jobs:
            if job.name in names and (job.file, job.id) not in own:
                yield _found(Id.JOB_NAME_SHARED, f"job {job.id!r} has the gate's name {job.name!r}", job, job.part)


def _concurrency(gate: Gate) -> Iterator[Finding]:
    for part in (gate.entry.part, *(job.part for job in gate.chain)):
        setting = part["concurrency"]
        group = setting.text or setting["group"].text
        if not group:
            continue
        cancels = setting["cancel-in-progress"].text
        queued = "merge_group" in gate.entry.triggers and not _OWN_GROUP.search(group)
        if queued and cancels not in {"", "false"} and "event_name" not in cancels:
            what = f"`cancel-in-progress: {cancels}` holds for the merge queue, whose groups share {group!r}"
            yield _found(Id.CONCURRENCY_CANCELS, what, gate.job, setting, file=gate.entry.file)
        if not _OWN_PULL.search(group):
            what = f"all pull requests share the concurrency group {group!r}"
            yield _found(Id.CONCURRENCY_SHARED, what, gate.job, setting, file=gate.entry.file)


def _found(name: Id, what: str, job: Job, part: Part, *, file: str = "") -> Finding:
    return Finding(id=name, what=what, where=file or job.file, line=part.line)
