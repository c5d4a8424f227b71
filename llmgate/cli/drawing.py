"""An event of the default branch → its baseline, drawn as `llmgate baseline` does, told in log, summary and outputs."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from llmgate import event, git, redaction
from llmgate.cli import NOT_EVALUATED_EXIT, USAGE_EXIT, outside
from llmgate.cli.workflow import Job
from llmgate.errors import LlmgateError, UsageError, unforeseen
from llmgate.event import Trigger
from llmgate.renderers import annotations as log_commands
from llmgate.renderers import baseline, inert, nightly, outputs

NIGHTLY = (Trigger.SCHEDULE, Trigger.WORKFLOW_DISPATCH)


class State(StrEnum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What came of it, in sentences; `exit_code` is that of `llmgate baseline`."""

    state: State
    exit_code: int
    lines: tuple[str, ...]
    calls: int = 0
    warnings: tuple[str, ...] = ()
    watched: Mapping[str, str] = field(default_factory=dict)
    """Outputs of the night's watch."""


def draw(job: Job, asked: event.Event, history: git.Repository, commit: str) -> Drawn:
    """Draw what the baseline of the commit lacks, in the place and number that its own policy says."""
    from llmgate.gate import night, stocking  # noqa: PLC0415 - what draws is imported where something is drawn

    def tell(text: str) -> None:
        _say(job, f"  {text}")

    with outside.outside(store=job.store, environment=job.environment) as things:
        found = stocking.stock(history, commit, things, stocking.Wish(), tell)
        watched = night.watch(history, commit, things, found.spent) if asked.trigger in NIGHTLY else None
    return Drawn(
        state=State.COMPLETE if found.is_enough else State.INCOMPLETE,
        exit_code=0 if found.is_enough else NOT_EVALUATED_EXIT,
        lines=(
            f"The default branch, {inert.line(asked.base_ref)}, on {asked.trigger}.",
            *baseline.lines(found),
            *(nightly.lines(watched) if watched else ()),
        ),
        calls=found.spent.calls + (watched.spent.calls if watched else 0),
        warnings=tuple(nightly.warnings(watched)) if watched else (),
        watched=nightly.outputs(watched) if watched else {},
    )


def failed(error: Exception) -> Drawn:
    """Tell why nothing could be drawn."""
    words = str(error if isinstance(error, LlmgateError) else unforeseen(error))
    lines = ("No baseline was drawn.", *(inert.line(line, baseline.MAX_REASON_CHARS) for line in words.splitlines()))
    return Drawn(
        state=State.FAILED, exit_code=USAGE_EXIT if isinstance(error, UsageError) else NOT_EVALUATED_EXIT, lines=lines
    )


def show(job: Job, drawn: Drawn) -> None:
    """Write log, summary and outputs; a place that fails changes nothing but what the log says."""
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when there is something to publish

    redact = redaction.of(job.environment).text
    for line in drawn.lines:
        _say(job, line)
    for warning in drawn.warnings:
        sys.stdout.write(redact(log_commands.warning(warning)) + "\n")
    if path := job.path("GITHUB_STEP_SUMMARY"):
        for note in publish.append(path, redact(baseline.summary(drawn.lines)), what="summary of the job"):
            _say(job, f"note: {note}")
    if path := job.path("GITHUB_OUTPUT"):
        told = {"calls": str(drawn.calls), "exit_code": str(drawn.exit_code), "baseline": drawn.state.value}
        values = {**told, **drawn.watched}
        text = outputs.written(values, delimiter=lambda: secrets.token_urlsafe(24))
        for note in publish.append(path, text, what="outputs of the step"):
            _say(job, f"note: {note}")


def _say(job: Job, text: str) -> None:
    sys.stdout.write(inert.log(redaction.of(job.environment).text(text)) + "\n")
