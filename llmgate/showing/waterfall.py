"""A trace → the bars of its waterfall: each call of a model, the tools that it wanted, the judge and the repeats."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from llmgate.report.shown import ShownStep
from llmgate.showing.cutting import Cut
from llmgate.telemetry import timeline
from llmgate.telemetry.timeline import Timed
from llmgate.trial import Trace

MOST_STEPS = 100
NAME_CHARS = 120
_NS_PER_MS = 1_000_000


def steps(trace: Trace, cut: Cut) -> Iterator[ShownStep]:
    """Lay out the calls from the start of the trial, in order; tools are replayed, so that they take no time."""
    return islice(_steps(trace, cut), MOST_STEPS)


def _steps(trace: Trace, cut: Cut) -> Iterator[ShownStep]:
    laid = timeline.of(trace, now=0.0)
    for timed in laid.own:
        yield _model(timed, laid.started_ns, cut)
        for wanted in timed.call.completion.message.tool_calls:
            at = (timed.ended_ns - laid.started_ns) / _NS_PER_MS
            yield ShownStep(kind="tool", name=cut(wanted.name, NAME_CHARS), start_ms=round(at, 1), ms=0.0)
    yield from (_model(timed, laid.started_ns, cut, kind="judge") for timed in laid.judge)
    for repeat in laid.repeats:
        yield from (_model(timed, laid.started_ns, cut, kind="repeat") for timed in repeat)


def _model(timed: Timed, started_ns: int, cut: Cut, *, kind: str = "model") -> ShownStep:
    call = timed.call
    usage = call.completion.usage
    told = [f"{usage.input_tokens:,} → {usage.output_tokens:,} tokens"]
    told += [f"{call.attempts} attempts"] if call.attempts > 1 else []
    told += ["from the journal"] if call.reused else []
    return ShownStep.model_validate(
        {
            "kind": kind,
            "name": cut(f"{call.operation.value} {call.model}", NAME_CHARS),
            "start_ms": round((timed.started_ns - started_ns) / _NS_PER_MS, 1),
            "ms": round((timed.ended_ns - timed.started_ns) / _NS_PER_MS, 1),
            "note": ", ".join(told),
        }
    )
