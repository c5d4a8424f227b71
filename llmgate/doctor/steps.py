"""A gate → what is wrong with the steps around it: the checkout, the secrets and the kept store."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmgate.doctor.finding import Finding, Id
from llmgate.doctor.gates import PRIVILEGED, WORD, Gate, lines, said
from llmgate.doctor.running import RUNS_AFTER_FAILURE
from llmgate.doctor.workflow import Part, Step

_SECRET = re.compile(
    r"\bsecrets\s{0,3}(?:\.\s{0,3}(?!GITHUB_TOKEN\b)[a-z_]|\[)|\btojson\(\s{0,3}secrets\b", re.IGNORECASE
)


def of_gate(gate: Gate) -> Iterator[Finding]:
    yield from _checkout(gate)
    yield from _secrets(gate)
    yield from _cache(gate)


def _checkout(gate: Gate) -> Iterator[Finding]:
    found = [step for step in gate.job.steps if step.is_of("actions/checkout")]
    before = {step.part.pointer for step in gate.before}
    if not any(step.part.pointer in before for step in found):
        yield _found(Id.CHECKOUT_MISSING, "no actions/checkout comes before the gate", gate, gate.step.part)
    for step in found:
        if step.part["with"]["persist-credentials"].text != "false":
            yield _found(Id.CHECKOUT_CREDENTIALS, "actions/checkout leaves the job's token behind", gate, step.part)


def _secrets(gate: Gate) -> Iterator[Finding]:
    for part, whose in ((gate.workflow.part["env"], "the workflow"), (gate.job.part["env"], "the job")):
        for text in part.texts():
            if _SECRET.search(text.text):
                yield _found(Id.SECRETS_EXPOSED, f"the `env` of {whose} holds a secret for every step", gate, text)
    for step in gate.job.steps:
        for text in step.part["run"].texts():
            if "GITHUB_ENV" in text.text and (_SECRET.search(text.text) or _has_secret(step)):
                yield _found(Id.SECRETS_EXPOSED, "a step hands a secret to all later ones by GITHUB_ENV", gate, text)
    if gate.caller and gate.caller.part["secrets"].text == "inherit":
        part = gate.caller.part["secrets"]
        what = "the workflow is called with all secrets (`secrets: inherit`)"
        yield Finding(id=Id.SECRETS_EXPOSED, what=what, where=gate.caller.file, line=part.line)


def _has_secret(step: Step) -> bool:
    return any(_SECRET.search(text.text) for text in step.part["env"].texts())


def _cache(gate: Gate) -> Iterator[Finding]:
    if not gate.entry.triggers.keys() - set(PRIVILEGED):
        return  # what such a job keeps, jobs of the default branch restore
    kept = [step for step in gate.job.steps if step.uses.lower().startswith("actions/cache") and _is_store(step, gate)]
    if not kept:
        yield _found(Id.CACHE_MISSING, "nothing keeps the store between runs", gate, gate.step.part)
    elif not any(step.is_of("actions/cache/save") and said(step.part["if"]) in RUNS_AFTER_FAILURE for step in kept):
        yield _found(Id.CACHE_UNSAVED, "the store is kept after successful runs alone", gate, kept[0].part)
    if kept and not _is_sealed(gate):
        yield _found(Id.CACHE_UNSEALED, "the kept store is not sealed with a secret", gate, gate.step.part)


def _is_store(step: Step, gate: Gate) -> bool:
    path = step.part["with"]["path"].text
    store = gate.step.part["with"]["store"].text.strip()
    return WORD.search(path) is not None or any(store.startswith(line.strip()) for line in lines(path) if line.strip())


def _is_sealed(gate: Gate) -> bool:
    places = (gate.step.part, gate.job.part, gate.workflow.part)
    return bool(
        gate.step.part["with"]["store-key"].text or any(part["env"]["LLMGATE_STORE_KEY"].text for part in places)
    )


def _found(name: Id, what: str, gate: Gate, part: Part) -> Finding:
    return Finding(id=name, what=what, where=gate.job.file, line=part.line)
