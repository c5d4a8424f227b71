"""What the night's watch showed → the sentences of log and summary, warnings, and outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmgate import drift
from llmgate.renderers import figures, inert

if TYPE_CHECKING:
    from llmgate.gate.night import Watched

MAX_REASON_CHARS = 300


def lines(found: Watched) -> Iterator[str]:
    """Say what was drawn, what it showed and what it took."""
    told = [finding.message for finding in drift.findings(found.drifted, asked_by=drift.NIGHT)]
    drawn = f"{figures.count(found.trials, 'fresh trial')} of {figures.count(found.fixtures, 'fixture')}"
    if told:
        yield f"Drift: {inert.line(told[0], MAX_REASON_CHARS)}."
    elif found.why:
        yield f"Drift: not known, as {inert.line(found.why, MAX_REASON_CHARS)}."
    else:
        yield f"Drift: none; {drawn} differ from the stored ones no more than by chance (at 1 %)."
    if found.kept is not None and found.kept.gates:
        yield f"A/A: {record(found.kept.gates, found.kept.blocked)}."
    if found.stopped:
        yield f"  the A/A gate of tonight goes on in the next night: {inert.line(found.stopped, MAX_REASON_CHARS)}"
    usd = f", {figures.money(found.spent.usd)}" if found.spent.usd else ""
    yield f"Watched with {figures.count(found.spent.calls, 'call')}{usd}."


def record(gates: int, blocked: int) -> str:
    """Say how gates of a suite against itself have ended."""
    return f"{figures.count(gates, 'A/A run')} of this suite, {blocked:,} blocked"


def warnings(found: Watched) -> Iterator[str]:
    """Say what somebody should look at."""
    for finding in drift.findings(found.drifted, asked_by=drift.NIGHT):
        yield f"{finding.message} → {finding.remedy}"
    if found.is_blocking_too_often and found.kept:
        told = record(found.kept.gates, found.kept.blocked)
        yield f"{told}, which is more than {figures.rate(found.alpha)} → run `llmgate calibrate`; docs/calibrate.md"


def outputs(found: Watched) -> dict[str, str]:
    """Return what later steps read."""
    kept = found.kept
    counts = {"aa_gates": str(kept.gates), "aa_blocked": str(kept.blocked)} if kept else {}
    return {"drift": found.state.value, **counts}
