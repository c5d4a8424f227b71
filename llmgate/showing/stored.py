"""A report and the store of its run → the answers that the journal has, without what was sent and how it was graded."""

from __future__ import annotations

from collections.abc import Callable

from llmgate.report import Report
from llmgate.report.shown import Shown, ShownTrial
from llmgate.showing import MAX_SHOWN_CHARS, first, ungraded
from llmgate.showing.cutting import Cut, cutting
from llmgate.store import Store, experiment
from llmgate.trial import Arm, Call, Trace, Trial

MOST_TRIALS = 2
NOTE = "From the store: answers and calls. What was sent, found and graded is in the page of the run itself."


def shown(report: Report, store: Store, redact: Callable[[str], str], *, limit: int = MAX_SHOWN_CHARS) -> Shown:
    """Read the first trials of each fixture, the broken ones first, as far as `limit` characters reach."""
    if report.base is None or report.head is None:
        return Shown()
    name, cut = experiment(report.base.sha, report.head.sha), cutting(redact)
    found: list[ShownTrial] = []
    left_out = 0
    for fixture in sorted(report.fixtures, key=first):
        trials = [
            _trial(trial, calls, cut)
            for arm in Arm
            for trial, calls in store.answers.first(name, fixture.id, arm, most=MOST_TRIALS).items()
        ]
        size = sum(len(trial.model_dump_json(exclude_defaults=True)) for trial in trials)
        if size > limit:
            left_out += 1
            continue
        limit -= size
        found += trials
    return Shown(trials=tuple(found), left_out=left_out, note=NOTE if found else "")


def _trial(trial: Trial, calls: list[Call], cut: Cut) -> ShownTrial:
    message = calls[-1].completion.message
    wanted = tuple(part for call in calls for part in call.completion.message.tool_calls)
    return ungraded(Trace(trial=trial, calls=tuple(calls), output=message.text, tool_calls=wanted), cut)
