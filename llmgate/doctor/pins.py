"""A gate → what of the code in its job is not named by its content: actions, images, packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmgate.doctor.finding import Finding, Id
from llmgate.doctor.gates import LOCAL, WORD, Gate, is_gate, lines
from llmgate.doctor.workflow import Part, Step

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}(?![0-9a-f])")
_INSTALLS = re.compile(r"\b(?:pip3?|pipx|uv|uvx|poetry|pdm)\b")
_EXACT = re.compile(r"==|===|@[0-9a-f]{40}\b|--require-hashes")


def of_gate(gate: Gate) -> Iterator[Finding]:
    for step in gate.job.steps:
        yield from _of_step(step, gate)
        if gate.is_command:
            yield from _installs(step, gate)
    for part in (gate.job.part["container"], gate.job.part["container"]["image"]):
        if part.text and not _DIGEST.search(part.text):
            yield _found(Id.IMAGE_UNPINNED, f"the job's container is {part.text!r}", gate, part)


def _of_step(step: Step, gate: Gate) -> Iterator[Finding]:
    uses, part = step.uses, step.part["uses"]
    mine = step.part.pointer == gate.step.part.pointer
    if uses.startswith("docker://"):
        if not _DIGEST.search(uses):
            yield _found(Id.IMAGE_UNPINNED, f"the image {uses!r} is named by a tag", gate, part)
    elif uses.startswith(LOCAL) or uses == ".":
        if mine:
            yield _found(Id.ACTION_LOCAL, f"the gate is the action {uses!r} of the repository itself", gate, part)
    elif uses and not _COMMIT.fullmatch(uses.rpartition("@")[2]):
        name = Id.ACTION_UNPINNED if mine or is_gate(step) else Id.STEP_UNPINNED
        yield _found(name, f"the action {uses!r} is not pinned by its commit", gate, part)
    for line in lines(step.run):
        if "docker run" in line and WORD.search(line) and not _DIGEST.search(line):
            yield _found(Id.IMAGE_UNPINNED, "`docker run` names the image by a tag", gate, step.part["run"])


def _installs(step: Step, gate: Gate) -> Iterator[Finding]:
    for line in lines(step.run):
        if _INSTALLS.search(line) and WORD.search(line) and "llmgate gate" not in line and not _EXACT.search(line):
            yield _found(Id.INSTALL_UNPINNED, "llmgate is installed without its version", gate, step.part["run"])


def _found(name: Id, what: str, gate: Gate, part: Part) -> Finding:
    return Finding(id=name, what=what, where=gate.job.file, line=part.line)
