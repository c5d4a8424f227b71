"""A gate → what its token may do and need not, and what it may not and must."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmgate.doctor.finding import Finding, Id
from llmgate.doctor.gates import Gate
from llmgate.doctor.workflow import Part

NEEDED: Mapping[str, str] = {"contents": "read", "pull-requests": "write"}
SIGNING_IN = ("aws-actions/configure-aws-credentials", "google-github-actions/auth", "azure/login")
"""Actions that take a cloud's credentials for the job's own identity, and need `id-token: write` for it."""

_LEVELS = ("none", "read", "write")


def of_gate(gate: Gate) -> Iterator[Finding]:
    given = _given(gate)
    where, line = gate.job.file, gate.job.part.line
    if given is None:
        what = f"neither job {gate.check!r} nor its workflow has `permissions`"
        yield Finding(id=Id.PERMISSIONS_MISSING, what=what, where=where, line=line)
        return
    if given.text:
        yield Finding(id=Id.PERMISSIONS_EXCESS, what=f"`permissions` is {given.text!r}", where=where, line=given.line)
        return
    held = {key: given[key].text for key in given.keys}
    for key, level in held.items():
        if _rank(level) > _rank(_allowed(gate).get(key, "none")):
            what = f"the job's token has `{key}: {level}`"
            yield Finding(id=Id.PERMISSIONS_EXCESS, what=what, where=where, line=given[key].line)
    for key, level in _needed(gate).items():
        if _rank(held.get(key, "none")) < _rank(level):
            what = f"the job's token lacks `{key}: {level}`"
            yield Finding(id=Id.PERMISSIONS_LACKING, what=what, where=where, line=given.line)


def _given(gate: Gate) -> Part | None:
    """Find the permissions that hold: the job's before the workflow's, a called workflow's before its caller's."""
    for job in reversed(gate.chain):
        for part in (job.part, job.workflow):
            if "permissions" in part:
                return part["permissions"]
    return None


def _allowed(gate: Gate) -> Mapping[str, str]:
    signs_in = any(step.is_of(action) for step in gate.job.steps for action in SIGNING_IN)
    return {**_needed(gate), "id-token": "write"} if signs_in else _needed(gate)


def _needed(gate: Gate) -> Mapping[str, str]:
    return {**NEEDED, "statuses": "write"} if gate.status else NEEDED


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)
