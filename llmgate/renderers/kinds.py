"""A Report → the line on how often each kind of failure was seen, in parts for every renderer."""

from __future__ import annotations

from llmgate.renderers import figures, inert
from llmgate.renderers.parts import Part, Prose, Sentence, Strong
from llmgate.report import Report
from llmgate.report.category import CategoryEntry, FailedCounts

MOST_KINDS = 6
_NAME_CHARS = 60


def sentence(report: Report) -> Sentence:
    """Failures of both arms by kind, with p-values that are adjusted for their number; empty where none failed."""
    found = report.categories
    if not found:
        return ()
    where = " in fresh pairs" if found[0].source == "pairs" else ""
    model = " (simulated model)" if report.simulated else ""
    parts: list[Part] = [Strong(f"Failures by kind{where}{model}"), ", base → head:"]
    for place, entry in enumerate(found[:MOST_KINDS]):
        parts += ["; " if place else " ", Prose(inert.line(entry.name, _NAME_CHARS)), f" {_counts(entry)}"]
    rest = f" and {len(found) - MOST_KINDS:,} more" if len(found) > MOST_KINDS else ""
    tested = sum(entry.adjusted_p_value is not None for entry in found)
    adjusted = f" Each p is adjusted for {tested:,} kinds (Holm)." if tested > 1 else ""
    return (*parts, f"{rest}.{adjusted}")


def _counts(entry: CategoryEntry) -> str:
    told = [] if entry.adjusted_p_value is None else [figures.p_value(entry.adjusted_p_value)]
    if entry.limit is not None and entry.evidence is not None:
        told.append(f"evidence {figures.odds(entry.evidence)}, {_does(entry)} at {figures.odds(entry.limit)}")
    return f"{_failed(entry.base)} → {_failed(entry.head)}" + (f" ({'; '.join(told)})" if told else "")


def _does(entry: CategoryEntry) -> str:
    return "blocks" if entry.gated == "block" else "warns"


def _failed(counts: FailedCounts) -> str:
    return f"{counts.failed:,}/{counts.trials:,}"
