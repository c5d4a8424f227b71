"""Workflows → the jobs that run the gate, each with the step that does and the job that calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from llmgate.doctor.workflow import Job, Part, Step, Workflow

ACTION = re.compile(r"[\w.-]{1,100}/llmgate(?:/[^@\s]{1,200})?@\S{1,300}", re.IGNORECASE)
COMMAND = re.compile(r"\bllmgate(?:\.cli)?[ \t]+gate\b")
WORD = re.compile(r"\bllmgate\b", re.IGNORECASE)
LOCAL = ("./", "$/")
MOST_GATES = 200
PRIVILEGED = ("pull_request_target", "workflow_run")
JUDGED = frozenset({"pull_request", "merge_group", *PRIVILEGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A job that runs the gate. `caller` is the job whose reusable workflow it is a part of, if it is one."""

    workflow: Workflow
    job: Job
    step: Step
    caller: Job | None = None
    entry: Workflow

    @property
    def chain(self) -> tuple[Job, ...]:
        """The jobs that have to run, the outer one first."""
        return (self.caller, self.job) if self.caller else (self.job,)

    @property
    def check(self) -> str:
        """The name of what a rule can require of it: its commit status where it posts one, else its jobs' check."""
        return self.status or " / ".join(job.name for job in self.chain)

    @property
    def status(self) -> str:
        """The name of the commit status that it posts, which no job that is skipped can satisfy."""
        return self.step.part["with"]["status"].text

    @property
    def is_command(self) -> bool:
        return bool(self.step.run)

    @property
    def before(self) -> tuple[Step, ...]:
        """The steps of its job that come first."""
        steps = self.job.steps
        return steps[: next(at for at, step in enumerate(steps) if step.part.pointer == self.step.part.pointer)]


def among(workflows: Iterable[Workflow], own: frozenset[str] = frozenset()) -> tuple[Gate, ...]:
    """Find the gates; `own` are the paths of actions of the repository itself that run one, such as `./gate`.

    Those that no pull request starts count only where there are no others: a baseline is made on a push.
    """
    known = tuple(workflows)
    callers = _callers(known)
    found = tuple(islice((gate for workflow in known for gate in _of(workflow, callers, own)), MOST_GATES))
    return tuple(gate for gate in found if JUDGED & gate.entry.triggers.keys()) or found


def elsewhere(workflows: Iterable[Workflow]) -> tuple[str, ...]:
    """Name the reusable workflows of other repositories that may run a gate, by their names."""
    called = {job.part["uses"].text for workflow in workflows for job in workflow.jobs}
    return tuple(sorted(uses for uses in called if WORD.search(uses) and not uses.startswith(LOCAL)))


def lines(run: str) -> Iterator[str]:
    """Yield the commands of a script, one a line, without comments, with continued lines joined."""
    for line in run.replace("\\\n", " ").splitlines():
        if not line.lstrip().startswith("#"):
            yield line


def is_gate(step: Step, own: frozenset[str] = frozenset()) -> bool:
    uses = step.uses
    if uses.startswith("docker://"):
        return WORD.search(uses) is not None
    if uses:
        return uses in own or ACTION.fullmatch(uses) is not None
    return any(COMMAND.search(line) or ("docker run" in line and WORD.search(line)) for line in lines(step.run))


def _of(workflow: Workflow, callers: _Callers, own: frozenset[str]) -> Iterator[Gate]:
    is_called = "workflow_call" in workflow.triggers
    calling = callers.get(workflow.file, []) if is_called else []
    for job in workflow.jobs:
        step = next((step for step in job.steps if is_gate(step, own)), None)
        if step is None:
            continue
        for entry, caller in calling:
            yield Gate(workflow=workflow, job=job, step=step, caller=caller, entry=entry)
        if not calling or workflow.triggers.keys() - {"workflow_call"}:
            yield Gate(workflow=workflow, job=job, step=step, entry=workflow)


_Callers = dict[str, list[tuple[Workflow, Job]]]
"""The file of a reusable workflow of this repository → the jobs that call it, each with its workflow."""


def _callers(known: Iterable[Workflow]) -> _Callers:
    found: _Callers = {}
    for entry in known:
        for job in entry.jobs:
            uses = job.part["uses"].text
            if uses.startswith(LOCAL):
                found.setdefault(uses[2:], []).append((entry, job))
    return found


def said(part: Part) -> str:
    """An `if:` without the marks of an expression and spaces."""
    text = "".join(part.text.split())
    return text[3:-2] if text.startswith("${{") and text.endswith("}}") else text
